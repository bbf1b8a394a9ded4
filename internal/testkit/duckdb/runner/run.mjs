// Runs the SQL of standard input in a database of its own, and prints the rows of the last statement as JSON.
import { DuckDBInstance } from '@duckdb/node-api'
import { readFileSync } from 'node:fs'

const instance = await DuckDBInstance.create(':memory:', { threads: process.env.THREADS ?? '2' })
const connection = await instance.connect()
const reader = await connection.runAndReadAll(readFileSync(0, 'utf8'))
console.log(JSON.stringify(reader.getRowObjectsJson()))
