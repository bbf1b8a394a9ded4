// Parses the PowerShell scripts that the JSON on standard input lists, and prints what each has: errors, the shape without the
// texts of strings, and these texts.
import { readFileSync } from 'node:fs'
import { Language, Parser } from 'web-tree-sitter'

await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load('node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm'))

function read(file) {
  const script = { errors: [], shape: '', strings: [] }
  const walk = (node) => {
    if (node.isError || node.isMissing) {
      script.errors.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 100)}`)
    }
    if (node.type === 'comment') {
      return
    }
    if (node.type === 'verbatim_string_characters') {
      script.shape += ' TEXT'
      script.strings.push(node.text.slice(1, -1).replaceAll("''", "'"))
    } else if (node.childCount === 0) {
      script.shape += ' ' + node.text
    } else {
      script.shape += ` (${node.type}`
      node.children.forEach(walk)
      script.shape += ')'
    }
  }
  const tree = parser.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  walk(tree.rootNode)
  tree.delete()
  return script
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)))
