/** Made-up projects, each with other names and other gaps: what holds in all of them is tuned to none. */
import type { Vocabulary } from '../types.ts'

/** Nothing is known yet: no manifest, no files. */
export const unknown: Vocabulary = { models: [] }

/** Everything is known, with the usual prefixes. */
export const shop: Vocabulary = {
  models: [
    'stg_orders',
    'stg_customers',
    'int_order_items',
    'fct_orders',
    'fct_refunds',
    'dim_customer',
    'dim_product',
    'seed_countries',
  ],
  sources: ['webshop.orders', 'webshop.customers'],
  pipelines: ['webshop_api'],
  exposures: ['weekly_sales'],
  targets: ['dev', 'prod'],
  runs: ['pipe-7k2m9q', 'pipe-81xx0a'],
  folders: ['models/staging', 'models/marts', 'models/marts/finance'],
}

/** Long names, several targets, no folders and no sources. */
export const hospital: Vocabulary = {
  models: [
    'stg_admissions',
    'fct_admissions',
    'fct_lab_results',
    'dim_patient',
    'dim_ward',
    'agg_bed_occupancy_daily',
  ],
  exposures: ['ward_dashboard'],
  targets: ['development', 'staging', 'production'],
}

/** Models only. */
export const logistics: Vocabulary = {
  models: ['stg_shipments', 'fct_shipments', 'fct_customs_declarations', 'dim_carrier', 'dim_warehouse_site'],
}

/** Names without prefixes: a model is called by a plain word. */
export const bakery: Vocabulary = {
  models: ['recipes', 'ovens', 'sales_by_day', 'flour_stock'],
  targets: ['local', 'cloud'],
}
