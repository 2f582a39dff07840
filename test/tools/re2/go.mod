module function-mcp/test/tools/re2

go 1.26
