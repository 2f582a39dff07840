// Command re2 tells which regular expressions Go's package regexp accepts, as MCP Toolbox compiles them with it.
// Its standard input is one JSON string per line; for each it writes a line with true or false.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var pattern string
		if err := json.Unmarshal(lines.Bytes(), &pattern); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_, err := regexp.Compile(pattern)
		fmt.Fprintln(out, err == nil)
	}
}
