import { openMysqlDatabase } from '../../support/mysql.ts'
import { databaseContract } from './contract.ts'
import { databaseSteps } from './steps.ts'

databaseContract('MySQL or MariaDB', openMysqlDatabase)
databaseSteps('MySQL or MariaDB', openMysqlDatabase)
