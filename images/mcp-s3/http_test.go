package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhoMayAsk(t *testing.T) {
	c := map[string]*connection{"main": open("main", settingsFor("http://localhost:1"))}
	handler := newHandler(options{token: "right", allowedHosts: []string{"sales", "sales.tas-acme.svc"}}, newServer(c), 1<<20, newRoom(1<<20))
	for _, each := range []struct {
		path, host, origin, authorization string
		status                            int
	}{
		{"/healthz", "10.1.2.3:8080", "", "", 200},
		{"/healthz", "[fd00::1]:8080", "", "", 200},
		{"/healthz", "evil.example", "", "", 403},
		{"/mcp", "sales:8080", "", "Bearer right", 200},
		{"/mcp", "SALES.tas-acme.svc.:8080", "", "bearer right", 200},
		{"/mcp", "localhost:9", "http://localhost:3000", "Bearer right", 200},
		{"/mcp", "sales:8080", "http://evil.example", "Bearer right", 403},
		{"/mcp", "sales:8080", "null", "Bearer right", 403},
		{"/mcp", "sales.evil.example", "", "Bearer right", 403},
		{"/mcp", "", "", "Bearer right", 403},
		{"/mcp", "sales", "", "", 401},
		{"/mcp", "sales", "", "Bearer wrong", 401},
		{"/mcp", "sales", "", "Bearer right ", 401},
		{"/mcp", "sales", "", "Basic right", 401},
		{"/mcp", "sales", "", "right", 401},
		{"/elsewhere", "sales", "", "Bearer right", 404},
	} {
		method, body := http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
		if each.path == "/healthz" {
			method, body = http.MethodGet, ""
		}
		request := httptest.NewRequest(method, each.path, strings.NewReader(body))
		request.Host = each.host
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		for name, value := range map[string]string{"Origin": each.origin, "Authorization": each.authorization} {
			if value != "" {
				request.Header.Set(name, value)
			}
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != each.status {
			t.Errorf("%+v: %d %s", each, answer.Code, answer.Body)
		}
	}
}

func TestOnlyRequestsOfOneMeaningAreServed(t *testing.T) {
	c := map[string]*connection{"main": open("main", settingsFor("http://localhost:1"))}
	handler := newHandler(options{token: "right"}, newServer(c), 1<<20, newRoom(1<<20))
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodDelete, http.MethodOptions} {
		for _, path := range []string{"/healthz", "/mcp"} {
			request := httptest.NewRequest(method, path, strings.NewReader("x"))
			request.Host = "localhost"
			request.Header.Set("Authorization", "Bearer right")
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request)
			if answer.Code != http.StatusBadRequest {
				t.Errorf("%s %s: %d", method, path, answer.Code)
			}
		}
	}
	request := httptest.NewRequest(http.MethodPost, "/mcp", strings.NewReader("{}"))
	request.Host = "localhost"
	request.Header["Authorization"] = []string{"Bearer right", "Bearer wrong"}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusBadRequest {
		t.Errorf("two tokens: %d", answer.Code)
	}
}

func TestATokenThatCannotBeShownEndsTheStart(t *testing.T) {
	for _, token := range []string{"", ",", "a,b", "a b", " a", "a\n", "a\x7f", "\u00e9"} {
		if checkToken(token, true) == nil {
			t.Errorf("%q is taken", token)
		}
	}
	for _, token := range []string{"a", "!~", "x=="} {
		if err := checkToken(token, true); err != nil {
			t.Error(err)
		}
	}
	if err := checkToken("", false); err != nil {
		t.Error(err)
	}
}
