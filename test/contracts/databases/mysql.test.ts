import { openMysqlDatabase } from '../../support/mysql.ts'
import { databaseContract } from './contract.ts'
import { databaseInParts } from './partitions.ts'
import { databaseSteps } from './steps.ts'

databaseContract('MySQL or MariaDB', openMysqlDatabase)
databaseSteps('MySQL or MariaDB', openMysqlDatabase)
databaseInParts('MySQL or MariaDB', openMysqlDatabase)
