"""Parses every dbt project below a folder in one process; prints the names of those that do not parse."""
import os
import sys

from dbt.cli.main import dbtRunner

root = sys.argv[1]
broken = []
for house in sorted(os.listdir(root)):
    project = os.path.join(root, house)
    if not os.path.isfile(os.path.join(project, "dbt_project.yml")):
        continue
    where = ["--project-dir", project, "--profiles-dir", project, "--quiet"]
    if os.path.isfile(os.path.join(project, "packages.yml")):
        dbtRunner().invoke(["deps", *where])
    if not dbtRunner().invoke(["parse", "--target-path", os.path.join(project, "target"), *where]).success:
        broken.append(house)
print(" ".join(broken))
