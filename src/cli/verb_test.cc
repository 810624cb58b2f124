// Daily verbs: one call to a server each, and how their answers are printed (CLI-60).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/follow/styled_line.h"
#include "cli/listing.h"
#include "cli/testing/contract_server.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Verbs : public ::testing::Test {
 protected:
  /// The only request of a command that ends well.
  std::string request_of(std::vector<std::string> words, const std::string& line, std::string_view input = {}) {
    server.clear();
    server.on(line, "{}");
    const auto result = server.gyr(std::move(words), input);
    EXPECT_EQ(result.code, 0) << result.err;
    return server.calls().size() == 1 ? server.lines()[0] : std::string("no single call");
  }

  testing::ContractServer server;
  testing::Files files;
};

TEST_F(Verbs, EachIsOneRequest) {
  struct Case {
    std::vector<std::string> words;
    std::string line;
  };
  const std::vector<Case> cases = {
      {{"flow", "get", "a.b", "f"}, "GET flows/a.b/f?source=true"},
      {{"flow", "get", "a.b", "f", "--revision", "2"}, "GET flows/a.b/f?source=true&revision=2"},
      {{"flow", "source", "a.b", "f"}, "GET flows/a.b/f?source=true"},
      {{"flow", "graph", "a.b", "f"}, "GET flows/a.b/f/graph"},
      {{"flow", "revisions", "a.b", "f"}, "GET flows/a.b/f/revisions"},
      {{"flow", "enable", "a.b", "f"}, "POST flows/enable/by-ids"},
      {{"flow", "disable", "a.b", "f"}, "POST flows/disable/by-ids"},
      {{"execution", "outputs", "x1"}, "GET executions/x1"},
      {{"execution", "files", "x1", "kestra:///a b.csv"}, "GET executions/x1/file?path=kestra%3A%2F%2F%2Fa%20b.csv"},
      {{"namespace", "get", "a.b"}, "GET namespaces/a.b"},
      {{"kv", "get", "a.b", "k"}, "GET namespaces/a.b/kv/k"},
      {{"kv", "delete", "a.b", "k"}, "DELETE namespaces/a.b/kv/k"},
      {{"files", "list", "a.b"}, "GET namespaces/a.b/files/directory"},
      {{"nsfiles", "ls", "a.b", "x/y"}, "GET namespaces/a.b/files/directory?path=x%2Fy"},
      {{"files", "get", "a.b", "x/y.py"}, "GET namespaces/a.b/files?path=x%2Fy.py"},
      {{"files", "move", "a.b", "x", "y"}, "PUT namespaces/a.b/files?from=x&to=y"},
      {{"files", "delete", "a.b", "x"}, "DELETE namespaces/a.b/files?path=x"},
      {{"secrets", "rm", "a.b", "K"}, "DELETE namespaces/a.b/secrets/K"},
      {{"dashboard", "get", "d"}, "GET dashboards/d"},
      {{"dashboard", "delete", "d"}, "DELETE dashboards/d"},
      {{"blueprint", "get", "b"}, "GET blueprints/community/flow/b/source"},
      {{"plugin", "docs", "io.x.Y"}, "GET /api/v1/plugins/io.x.Y"},
      {{"api", "get", "flows/search?size=5"}, "GET flows/search?size=5"},
      {{"api", "DELETE", "/whole/path"}, "DELETE /whole/path"},
  };
  for (const Case& one : cases) EXPECT_EQ(request_of(one.words, one.line), one.line);
}

TEST_F(Verbs, HostileNamesStayInTheirPlace) {
  EXPECT_EQ(request_of({"kv", "get", "../..", "a/b?c#d%2e\n"}, "GET namespaces/..%2F../kv/a%2Fb%3Fc%23d%252e%0A"),
            "GET namespaces/..%2F../kv/a%2Fb%3Fc%23d%252e%0A");
  EXPECT_EQ(request_of({"files", "get", "n", "a&to=b"}, "GET namespaces/n/files?path=a%26to%3Db"),
            "GET namespaces/n/files?path=a%26to%3Db");
  EXPECT_EQ(server.gyr({"api", "GET", "flows\r\nX: y"}).code, 2);
  EXPECT_THAT(server.lines(), IsEmpty());
}

TEST_F(Verbs, MissingArgumentsAndFailuresHaveTheirExitCodes) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"flow", "get", "a.b"},
                                                {"kv", "get", "", "k"},
                                                {"kv", "list", "a", "more"},
                                                {"flow", "list", "--limit", "0"},
                                                {"flow", "list", "--nonsense"},
                                                {"secret", "set", "n"},
                                                {"secret", "set", "n", "K"},
                                                {"api", "BREW", "x"},
                                                {"api", "GET"},
                                                {"execution", "list", "--query", "=x"},
                                                {"execution", "list", "--label", "x"},
                                                {"execution", "list", "--since", "soon"},
                                                {"completion", "tcsh"},
                                                {"completion"}}) {
    EXPECT_EQ(server.gyr(words).code, 2) << ::testing::PrintToString(words);
    EXPECT_THAT(server.lines(), IsEmpty());
  }
  server.on("GET namespaces/n/kv/k", R"({"message":"no such key"})", 404);
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k"}).code, 3);
  server.on("GET namespaces/n/kv/k", "", 401);
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k", "--user", "a:wrong"}).code, 4);
  server.on("GET namespaces/n/kv/k", "<html>");
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k"}).code, 1);
  EXPECT_EQ(testing::run({"kv", "get", "n", "k", "--server", "127.0.0.1:1"}).code, 5);
}

TEST_F(Verbs, ListsAreReadPageByPage) {
  auto page = [](size_t from, size_t count) {
    std::string rows;
    for (size_t i = from; i < from + count; ++i)
      rows += fmt::format(R"({}{{"namespace":"n","id":"f{}","revision":{}}})", i == from ? "" : ",", i, i);
    return fmt::format(R"({{"results":[{}],"total":600}})", rows);
  };
  server.on("GET flows/search?filters%5Bnamespace%5D%5BPREFIX%5D=n&page=1&size=500", page(0, 500));
  server.on("GET flows/search?filters%5Bnamespace%5D%5BPREFIX%5D=n&page=2&size=500", page(500, 100));
  const auto all = server.gyr({"flows", "ls", "n", "--limit", "1000", "--quiet"});
  EXPECT_EQ(all.code, 0) << all.err;
  const auto lines = base::split(all.out, '\n');
  ASSERT_EQ(lines.size(), 601U);
  EXPECT_EQ(lines[0], "n f0");
  EXPECT_EQ(lines[599], "n f599");
  server.on("GET flows/search?page=1&size=2", page(0, 2));
  const auto some = server.gyr({"flow", "list", "--limit", "2"});
  EXPECT_EQ(some.out, "n\tf0\t0\t\t\t\nn\tf1\t1\t\t\t\n") << "in a pipe: columns with tabs, without titles";
  EXPECT_THAT(some.err, HasSubstr("2 of 600 shown"));
  EXPECT_EQ(server.gyr({"flow", "list", "--limit", "2", "--json=id,revision"}).out,
            R"([{"id":"f0","revision":0},{"id":"f1","revision":1}])"
            "\n");
}

TEST_F(Verbs, TablesFitTheTerminal) {
  const auto rows = syntax::parse_json(
      R"([{"id":"short","text":"a\tb\nc \u001b[31mred"},{"id":"x","text":"012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}])");
  ASSERT_TRUE(rows);
  testing::BufferOutput out, err;
  out.terminal = true;
  Console console{.out = out, .err = err, .color_allowed = false};
  constexpr Column columns[] = {{"ID", "id"}, {"TEXT", "text"}};
  Listing().print_rows(console, *rows, columns, "id");
  for (std::string_view line : base::split(out.text, '\n'))
    EXPECT_LT(display_columns(line), out.size().columns) << line;
  EXPECT_THAT(out.text, HasSubstr("ID     TEXT\nshort  a b c red\nx      0123456789"));
  EXPECT_THAT(out.text, HasSubstr("…"));
}

TEST_F(Verbs, ValuesArePrintedAsTheyAre) {
  server.on("GET namespaces/n/kv/k", R"({"type":"STRING","value":"a\nb"})");
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k"}).out, "a\nb\n");
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k", "--json"}).out, "{\"type\":\"STRING\",\"value\":\"a\\nb\"}\n");
  server.on("GET namespaces/n/kv/k", R"({"type":"JSON","value":{"a":[1]}})");
  EXPECT_EQ(server.gyr({"kv", "get", "n", "k"}).out, "{\"a\":[1]}\n");
  server.on("GET namespaces/n/files?path=x", std::string("\0\xff\n", 3));
  EXPECT_EQ(server.gyr({"files", "get", "n", "x"}).out, std::string("\0\xff\n", 3));
}

TEST_F(Verbs, AnExecutionWithoutOutputsHasNone) {
  server.on("GET executions/x1", R"({"id":"x1"})");
  EXPECT_EQ(server.gyr({"execution", "outputs", "x1"}).out, "{}\n");
  server.on("GET executions/x1", R"({"id":"x1","outputs":{"rows":3}})");
  EXPECT_EQ(server.gyr({"execution", "outputs", "x1"}).out, "{\"rows\":3}\n");
}

TEST_F(Verbs, DataOfADashboard) {
  server.on("GET dashboards/d", R"({"sourceCode":"id: d\ncharts:\n- id: c\n  type: x.Bar\n"})")
      .on("POST dashboards/d/charts/c",
          R"({"results":[{"date":"2024-01-01","count":3},{"date":"2024-01-02"}],"total":5})")
      .on("POST dashboards/d/charts/c/export/to-csv", "date,count\n");
  EXPECT_EQ(server.gyr({"dashboard", "data", "d"}).out, "c\tx.Bar\t\n");
  const auto rows = server.gyr({"dashboard", "data", "d", "c", "--since", "1h", "--namespace", "n", "--limit", "2"});
  EXPECT_EQ(rows.out, "2024-01-01\t3\n2024-01-02\t\n") << rows.err;
  EXPECT_EQ(server.calls().at(0).body,
            R"({"startDate":"2024-03-01T09:00:00.123456Z","endDate":"2024-03-01T10:00:00.123456Z","namespace":"n",)"
            R"("pageNumber":1,"pageSize":2})");
  EXPECT_THAT(rows.err, HasSubstr("2 of 5 shown"));
  EXPECT_EQ(server.gyr({"dashboard", "data", "d", "c", "--csv"}).out, "date,count\n");
  EXPECT_THAT(server.calls().at(1).body, HasSubstr(R"("startDate":"2024-01-31T10:00:00.123456Z")")) << "30 days";
  EXPECT_EQ(server.gyr({"dashboard", "data", "d", "c", "--csv", "--json"}).code, 2);
  EXPECT_EQ(server.gyr({"dashboard", "data"}).code, 2);
}

TEST_F(Verbs, KeysAndSecretsAreSet) {
  server.on("PUT namespaces/n/kv/k", "");
  EXPECT_EQ(server.gyr({"kv", "set", "n", "k", "10"}).code, 0);
  EXPECT_EQ(server.calls().at(0).body, "10");
  EXPECT_EQ(server.gyr({"kv", "set", "n", "STRING", "k", "10"}).code, 0) << "the grammar of kestractl";
  EXPECT_EQ(server.calls().at(0).body, "\"10\"");
  EXPECT_EQ(server.gyr({"kv", "set", "n", "STRING", "k", "10", "--type", "NUMBER"}).code, 2);
  server.on("PUT namespaces/n/secrets", "[]");
  const auto set = server.gyr({"secret", "set", "n", "K", "--file", "-"}, "hush\n");
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(set.out, "n K\n");
  EXPECT_EQ(server.calls().at(0).body, R"({"key":"K","value":"hush"})");
}

TEST_F(Verbs, DeployTellsEachFlow) {
  files.put("f/a.yaml", "id: a\nnamespace: n\n");
  files.put("f/b.yaml", "id: b\nnamespace: n\n");
  files.put("f/c.yml", "id: c\nnamespace: n\n");
  files.put("f/d.yml", "id: d\n");
  const std::string folder = files.path("f");
  server.on("GET flows/n/a?source=true", R"({"message":"no flow"})", 404)
      .on("POST flows", "{}")
      .on("GET flows/n/b?source=true", R"({"source":"old"})")
      .on("PUT flows/n/b", "{}")
      .on("GET flows/n/c?source=true", R"({"source":"id: c\nnamespace: n\n"})");
  const auto first = server.gyr({"flow", "deploy", folder});
  EXPECT_EQ(first.code, 1);
  EXPECT_EQ(first.out, fmt::format("+ n.a  {0}/a.yaml\n= n.c  {0}/c.yml\n", folder));
  EXPECT_THAT(first.err, HasSubstr("b.yaml: the flow n.b exists"));
  EXPECT_THAT(first.err, HasSubstr("d.yml: the flow has no id or no namespace"));
  const auto dry = server.gyr({"flow", "deploy", folder, "--override", "--dry-run"});
  EXPECT_EQ(dry.out,
            fmt::format("+ n.a  {0}/a.yaml  (dry run)\n~ n.b  {0}/b.yaml  (dry run)\n= n.c  {0}/c.yml\n", folder));
  for (const auto& call : server.calls()) EXPECT_EQ(call.method, "GET");
  const auto real = server.gyr({"flow", "deploy", folder, "--override"});
  EXPECT_THAT(real.out, HasSubstr("~ n.b"));
  EXPECT_THAT(server.lines(), ElementsAre("GET flows/n/a?source=true", "POST flows", "GET flows/n/b?source=true",
                                          "PUT flows/n/b", "GET flows/n/c?source=true"));
  EXPECT_EQ(server.calls()[3].body, "id: b\nnamespace: n\n");
  const auto fast = server.gyr({"flow", "deploy", folder, "--fail-fast"});
  EXPECT_EQ(fast.code, 1);
  EXPECT_THAT(server.lines(), ElementsAre("GET flows/n/a?source=true", "POST flows", "GET flows/n/b?source=true"));
  server.on("GET flows/n/a?source=true", "", 401);
  EXPECT_EQ(server.gyr({"flow", "deploy", folder, "--override"}).code, 4) << "the worst exit code";
  server.clear();
  server.on("GET flows/m/a?source=true", R"({"message":"no flow"})", 404).on("POST flows", "{}");
  EXPECT_EQ(server.gyr({"flow", "deploy", folder + "/a.yaml", "--namespace", "m"}).code, 0);
  EXPECT_EQ(server.calls().at(1).body, "id: a\nnamespace: m\n");
}

TEST_F(Verbs, DiffShowsTheLinesThatDiffer) {
  const std::string file = files.put("a.yaml", "id: a\nnamespace: n\nx: 2\ny: 3\n");
  server.on("GET flows/n/a?source=true", R"({"source":"id: a\nnamespace: n\nx: 1\ny: 3\n"})");
  const auto diff = server.gyr({"flow", "diff", file});
  EXPECT_EQ(diff.code, 1);
  EXPECT_EQ(diff.out, "--- server n.a\n+++ " + file + "\n id: a\n namespace: n\n-x: 1\n+x: 2\n y: 3\n");
  server.on("GET flows/n/a?source=true", R"({"source":"id: a\nnamespace: n\nx: 2\ny: 3\n"})");
  EXPECT_EQ(server.gyr({"flow", "diff", file}).code, 0);
}

TEST_F(Verbs, DashboardsAndBlueprints) {
  const std::string file = files.put("d.yaml", "id: sales\ntitle: Sales\n");
  server.on("GET dashboards/sales", "", 404).on("POST dashboards", R"({"id":"sales"})");
  EXPECT_EQ(server.gyr({"dashboard", "deploy", file}).out, "sales\n");
  server.clear();
  server.on("GET dashboards/sales", "{}").on("PUT dashboards/sales", R"({"id":"sales"})");
  EXPECT_EQ(server.gyr({"dashboard", "deploy", file}).out, "sales\n");
  server.clear();
  server.on("GET blueprints/community/flow/b/source", "id: b\nnamespace: examples\n")
      .on("POST flows", R"({"namespace":"n","id":"b"})");
  EXPECT_EQ(server.gyr({"blueprint", "use", "b", "--namespace", "n"}).out, "+ n.b\n");
  EXPECT_EQ(server.calls().at(1).body, "id: b\nnamespace: n\n");
}

}  // namespace
}  // namespace gyr::cli
