-- Drives an editor through a policy, as a person would, and writes what it shows as JSON to the file named last.
-- arguments: node, the command line's file, the folder, the file to write
local node, cli, folder, out = unpack(vim.fn.argv(), 1, 4)
local shown = {}
vim.cmd('silent edit ' .. folder .. '/policy.yaml')
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = 'capfence', cmd = { node, cli, 'lsp', '--stdio' }, root_dir = folder })
vim.lsp.buf_attach_client(buffer, id)
local client = vim.lsp.get_client_by_id(id)
local document = { uri = vim.uri_from_fname(folder .. '/policy.yaml') }

local function line(number)
  return vim.api.nvim_buf_get_lines(buffer, number, number + 1, false)[1]
end
-- Until the editor shows diagnostics that are so.
local function diagnostics(wanted)
  vim.wait(20000, function() return wanted(vim.diagnostic.get(buffer)) end, 20)
  return vim.tbl_map(function(one)
    return { line = one.lnum, code = one.code, message = one.message }
  end, vim.diagnostic.get(buffer))
end
local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 20000)
  return answers and answers[id] and answers[id].result
end

shown.loading = diagnostics(function(all) return #all > 0 end)
local raw = vim.lsp.diagnostic.get_line_diagnostics(buffer, 3)
local range = { start = { line = 3, character = 6 }, ['end'] = { line = 3, character = 6 } }
local actions = ask('textDocument/codeAction', { textDocument = document, range = range, context = { diagnostics = raw } })
shown.action = actions[1].title
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
shown.mended = line(3)

shown.analysis = diagnostics(function(all)
  return #all > 0 and all[1].code ~= shown.loading[1].code
end)

local hover = ask('textDocument/hover', { textDocument = document, position = { line = 3, character = 6 } })
shown.hover = hover.contents.value

vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '  - cap' })
local items = ask('textDocument/completion', { textDocument = document, position = { line = vim.fn.line('$') - 1, character = 7 } })
shown.completion = vim.tbl_map(function(one) return one.label end, items.items or items)
vim.api.nvim_buf_set_lines(buffer, -2, -1, false, {})

shown.lenses = vim.tbl_map(function(one) return one.command.title end, ask('textDocument/codeLens', { textDocument = document }))

local rename = ask('textDocument/rename', { textDocument = document, position = { line = 6, character = 40 }, newName = 'confidential' })
vim.lsp.util.apply_workspace_edit(rename, client.offset_encoding)
shown.renamed = line(6)
shown.base = vim.api.nvim_buf_get_lines(vim.fn.bufnr('base.yaml'), 0, 1, false)[1]

local file = assert(io.open(out, 'w'))
file:write(vim.json and vim.json.encode(shown) or vim.fn.json_encode(shown))
file:close()
vim.cmd('qa!')
