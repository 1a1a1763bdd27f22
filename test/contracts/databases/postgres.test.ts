import { openPostgres } from '../../support/postgres.ts'
import { databaseContract } from './contract.ts'
import { databaseInParts } from './partitions.ts'
import { databaseSteps } from './steps.ts'

const open = async () => {
  const { env, close } = await openPostgres()
  const { SHOP_PG_HOST: host, SHOP_PG_PORT: port, SHOP_PG_USER: user, SHOP_PG_PASSWORD: password } = env
  return { url: `postgres://${user}:${password}@${host}:${port}/${env.SHOP_PG_DATABASE}`, close }
}

databaseContract('Postgres', open)
databaseSteps('Postgres', open)
databaseInParts('Postgres', open)
