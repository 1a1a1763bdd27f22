import { openMysqlDatabase } from '../../support/mysql.ts'
import { databaseContract } from './contract.ts'

databaseContract('MySQL or MariaDB', openMysqlDatabase)
