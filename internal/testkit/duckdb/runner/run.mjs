// Runs the SQL of standard input in a database of its own, and prints as JSON the rows of the last statement and the processor time of all.
import { DuckDBInstance } from '@duckdb/node-api'
import { readFileSync } from 'node:fs'

const sql = readFileSync(0, 'utf8')
const instance = await DuckDBInstance.create(':memory:', { threads: process.env.THREADS })
const connection = await instance.connect()
const start = process.cpuUsage()
const reader = await connection.runAndReadAll(sql)
const { user, system } = process.cpuUsage(start)
const rows = reader.getRowObjectsJson() // what JavaScript takes for them is not DuckDB's
console.log(JSON.stringify({ microseconds: user + system, rows }))
