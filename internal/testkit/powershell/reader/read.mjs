// Parses the PowerShell scripts that the JSON on standard input lists, and prints what each has: errors, the shape without the
// texts of strings, and these texts.
import { readFileSync } from 'node:fs'
import { Language, Parser } from 'web-tree-sitter'

await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load('node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm'))

function read(file) {
  const script = { errors: [], shape: '', strings: [] }
  const tree = parser.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  const cursor = tree.walk()
  const shape = []
  const walk = () => {
    const type = cursor.nodeType
    if (type === 'ERROR' || cursor.nodeIsMissing) {
      script.errors.push(`line ${cursor.startPosition.row + 1}: ${cursor.nodeText.slice(0, 100)}`)
    }
    if (type === 'comment') {
      return
    }
    if (type === 'verbatim_string_characters') {
      shape.push('TEXT')
      script.strings.push(cursor.nodeText.slice(1, -1).replaceAll("''", "'"))
    } else if (!cursor.gotoFirstChild()) {
      shape.push(cursor.nodeText)
    } else {
      shape.push(`(${type}`)
      do {
        walk()
      } while (cursor.gotoNextSibling())
      shape.push(')')
      cursor.gotoParent()
    }
  }
  walk()
  script.shape = shape.join(' ')
  cursor.delete()
  tree.delete()
  return script
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)))
