// `gyr expression eval`. Its batch mode also runs every row of docs/requirements/02-examples.tsv (02-expressions.md,
// section 19).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "cli/evaluation.h"
#include "cli/line_reader.h"
#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;
using testing::run;

TEST(Eval, OneExpression) {
  EXPECT_EQ(run({"expression", "eval", "{{ 1 + 2 }}"}).out, "3\n");
  EXPECT_EQ(run({"expression", "eval", "plain text"}).out, "plain text\n");
  EXPECT_EQ(run({"expression", "eval", "{{ [1, 'a'] }}"}).out, "[1,\"a\"]\n");
  EXPECT_EQ(run({"expression", "eval", "--typed", "{{ 7 / 2.0 }}"}).out, "3.5\n");
  EXPECT_EQ(run({"expression", "eval", "--typed", "{{ 'a' }}"}).out, "\"a\"\n");
  EXPECT_EQ(run({"expression", "eval", "--typed", "{{ null }}"}).out, "null\n");
  EXPECT_EQ(run({"expression", "eval", "{{ null }}"}).out, "\n");
  EXPECT_EQ(run({"expression", "eval", "--", "-{{ 1 }}"}).out, "-1\n");
}

TEST(Eval, ContextFromFilesAndStandardInput) {
  testing::Files files;
  std::string json = files.put("context.json", R"({"inputs": {"n": 5}})");
  std::string yaml = files.put("context.yaml", "inputs:\n  n: 5\n");
  EXPECT_EQ(run({"expression", "eval", "--context", json, "{{ inputs.n * 2 }}"}).out, "10\n");
  EXPECT_EQ(run({"expression", "eval", "--context", yaml, "{{ inputs.n * 2 }}"}).out, "10\n");
  EXPECT_EQ(run({"expression", "eval", "--context", "-", "{{ inputs.n * 2 }}"}, "{inputs: {n: 6}}").out, "12\n");
  EXPECT_EQ(run({"expression", "eval", "--context", "-", "x"}, "").out, "x\n");
  EXPECT_EQ(run({"expression", "eval", "--context", "-", "x"}, "[1]").code, exit_usage);
  EXPECT_EQ(run({"expression", "eval", "--context", files.path("none.json"), "x"}).code, exit_not_found);
  testing::Result broken = run({"expression", "eval", "--context", files.put("broken.json", "{\"a\": }"), "x"});
  EXPECT_EQ(broken.code, exit_failed);
  EXPECT_NE(broken.err.find("broken.json:1:7"), std::string::npos) << broken.err;
}

TEST(Eval, ErrorsShowTheTemplate) {
  testing::Result result = run({"expression", "eval", "{{ inputs.nmae }}"});
  EXPECT_EQ(result.code, exit_failed);
  EXPECT_TRUE(result.out.empty());
  EXPECT_NE(result.err.find("error[GYR-X002]"), std::string::npos) << result.err;
  EXPECT_EQ(run({"expression", "eval", "{{ 1 + }}"}).code, exit_failed);
  EXPECT_EQ(run({"expression", "eval"}).code, exit_usage);
  EXPECT_EQ(run({"expression", "eval", "\xff"}).code, exit_usage);
}

TEST(Eval, CallsThatNeedAServerFail) {
  for (const char* text :
       {"{{ kv('a') }}", "{{ secret('a') }}", "{{ read('a.txt') }}", "{{ render('{{ kv(\"a\") }}') }}"}) {
    testing::Result result = run({"expression", "eval", text});
    EXPECT_EQ(result.code, exit_failed) << text;
    EXPECT_NE(result.err.find("needs a server"), std::string::npos) << result.err;
  }
}

TEST(Eval, Json) {
  auto good = syntax::parse_json(run({"expression", "eval", "--json", "--typed", "{{ [1] }}"}).out);
  ASSERT_TRUE(good);
  EXPECT_TRUE(good->find("ok")->as_boolean());
  EXPECT_EQ(good->find("type")->text(), "list");
  EXPECT_EQ(good->find("value")->size(), 1U);
  testing::Result failed = run({"expression", "eval", "--json", "{{ nope }}"});
  EXPECT_EQ(failed.code, exit_failed);
  auto bad = syntax::parse_json(failed.out);
  ASSERT_TRUE(bad);
  EXPECT_FALSE(bad->find("ok")->as_boolean());
  EXPECT_EQ(bad->find("code")->text(), "GYR-X002");
}

TEST(Batch, InvalidLinesGiveErrorsAndTheOthersAreEvaluated) {
  std::string input =
      "{\"id\": 1, \"template\": \"{{ 1 }}\"}\n\nnot json\n[1]\n{\"id\": 2}\n{\"id\": 3, \"template\": \"x\", "
      "\"mode\": \"odd\"}\n"
      "{\"id\": 4, \"template\": \"x\", \"mode\": 5}\n{\"id\": 5, \"template\": \"{{ a }}\", \"context\": {\"a\": 9}}";
  testing::Result result = run({"expression", "eval", "--batch", "-"}, input);
  EXPECT_EQ(result.code, exit_usage);
  std::vector<Value> lines;
  for (std::string_view line : base::split(base::trim(result.out), '\n')) lines.push_back(*syntax::parse_json(line));
  ASSERT_EQ(lines.size(), 7U) << result.out;
  EXPECT_EQ(lines[0].find("value")->text(), "1");
  EXPECT_NE(lines[1].find("error")->text().find("line 3"), std::string_view::npos);
  EXPECT_NE(lines[2].find("error")->text().find("line 4"), std::string_view::npos);
  EXPECT_EQ(lines[3].find("error")->text(), "`template` is missing");
  EXPECT_NE(lines[4].find("error")->text().find("unknown mode `odd`"), std::string_view::npos);
  EXPECT_FALSE(lines[5].find("ok")->as_boolean());
  EXPECT_EQ(lines[6].find("value")->text(), "9");
  EXPECT_EQ(run({"expression", "eval", "--batch", "-"}, "{\"template\": \"{{ nope }}\"}\n").code, exit_ok);
  EXPECT_EQ(run({"expression", "eval", "--batch", "-", "more"}, "").code, exit_usage);
  EXPECT_EQ(run({"expression", "eval", "--batch", "/no/such/file"}).code, exit_not_found);
  EXPECT_EQ(run({"expression", "eval", "--batch", "/"}).code, exit_failed);
}

TEST(Batch, LinesBeyondTheLimitAreSkipped) {
  std::string input =
      std::string(LineReader::max_line_bytes + 100'000, 'x') + "\n{\"id\": 1, \"template\": \"next\"}\n";
  testing::Result result = run({"expression", "eval", "--batch", "-"}, input);
  EXPECT_EQ(result.code, exit_usage);
  EXPECT_NE(result.out.find("line 1: longer than 16 MB"), std::string::npos) << result.out.substr(0, 200);
  EXPECT_NE(result.out.find("\"value\":\"next\""), std::string::npos);
}

// ------------------------------------------------------------------------------------------------ rows

/// The answer to a row whose context contains a value that has its type only on a server: the context of a batch is
/// JSON, where a date is text. The test of the expression module runs these rows with the type.
struct UntypedRow {
  std::string_view id, found;
};
constexpr UntypedRow untyped_rows[] = {{"EXPR-1633", "E1 E1 CREATED java.lang.String none"}};

struct Row {
  std::string id, mode, kind;
  Value source, context, expected;
};

std::vector<Row> read_rows() {
  const char* root = std::getenv("GYR_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/docs/requirements/02-examples.tsv");
  std::vector<Row> rows;
  Value default_context;
  for (std::string line; std::getline(file, line);) {
    auto columns = base::split(line, '\t');
    if (columns.size() != 7 || columns[0] == "id") continue;
    auto cell = [&](size_t i) { return *syntax::parse_json(columns[i]); };
    if (columns[0] == "K") {
      default_context = cell(2);
      continue;
    }
    base::MapBuilder context(columns[6] == "server" ? Value::empty_map() : default_context);
    Value replaced = cell(2);
    for (const auto& entry : replaced.entries()) context.set(entry.name(), entry.value);
    rows.push_back(
        {std::string(columns[0]), std::string(columns[6]), std::string(columns[3]), cell(1), context.build(), cell(4)});
  }
  return rows;
}

/// The context that a server builds for execution E1 of flow f; rows with the mode `server` use it.
Value server_context() {
  return *syntax::parse_json(R"json({
    "envs": {"my_variable": "x"}, "globals": {"region": "eu"}, "kestra": {"environment": "stage", "url": "http://k.example"},
    "flow": {"id": "f", "namespace": "company.team", "revision": 3, "tenantId": "main"}, "labels": {},
    "execution": {"id": "E1", "originalId": "E1", "state": "CREATED", "startDate": "2024-02-29T12:00:00Z"}})json");
}

/// Empty if the answer is the expected one.
std::string difference(const Row& row, const Value& answer) {
  bool ok = answer.find("ok")->as_boolean();
  if (row.kind == "error") {
    if (ok) return syntax::write_json(*answer.find("value"));
    if (row.expected.is_null()) return {};
    std::string_view message = answer.find("error")->text();
    return message.find(row.expected.text()) == std::string_view::npos ? std::string(message) : std::string();
  }
  if (!ok) return std::string(answer.find("error")->text());
  const Value& value = *answer.find("value");
  if (row.kind == "text") {
    std::string text = value.is_null() ? std::string() : expression::to_text(value);
    return text == row.expected.text() ? std::string() : text;
  }
  return syntax::write_json(value) == syntax::write_json(row.expected) ? std::string() : syntax::write_json(value);
}

TEST(Batch, EvaluatesEveryRowThatNeedsNoServer) {
  std::vector<Row> rows = read_rows();
  ASSERT_GE(rows.size(), 691U);
  std::string input;
  for (const Row& row : rows) {
    Value context = row.mode == "server" ? server_context() : row.context;
    input += syntax::write_json(Value::map({{"id", Value::string(row.id)},
                                            {"template", row.source},
                                            {"context", context},
                                            {"mode", Value::string(row.mode)}})) +
             "\n";
  }
  testing::Result result = run({"expression", "eval", "--batch", "-"}, input);
  EXPECT_EQ(result.code, exit_ok);
  auto answers = base::split(base::trim(result.out), '\n');
  ASSERT_EQ(answers.size(), rows.size());
  size_t passed = 0, asked_server = 0, without_type = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    auto answer = syntax::parse_json(answers[i]);
    ASSERT_TRUE(answer) << answers[i];
    EXPECT_EQ(answer->find("id")->text(), rows[i].id);
    std::string found = difference(rows[i], *answer);
    if (auto untyped = std::ranges::find(untyped_rows, rows[i].id, &UntypedRow::id);
        untyped != std::end(untyped_rows)) {
      EXPECT_EQ(found, untyped->found) << rows[i].id;
      ++without_type;
    } else if (found.find("needs a server") != std::string::npos) {
      ++asked_server;
    } else {
      EXPECT_TRUE(found.empty()) << rows[i].id << " " << rows[i].mode << " " << syntax::write_json(rows[i].source)
                                 << "\n  wanted " << syntax::write_json(rows[i].expected) << "\n  found  " << found;
      ++passed;
    }
  }
  EXPECT_EQ(without_type, std::size(untyped_rows));
  // Exactly the rows of the table with kv, secret, read, errorLogs, …
  EXPECT_LT(asked_server, 60U);
  EXPECT_GT(asked_server, 20U);
  std::cout << passed << " of " << rows.size() << " rows hold, " << asked_server << " ask a server, " << without_type
            << " need a server's types\n";
}

TEST(Evaluation, UnknownPropertyTypesFail) {
  Evaluation evaluation{.source = Value::string("1"), .context = Value::empty_map(), .mode = "property:FLOTA"};
  auto result = evaluate(evaluation);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message().find("`FLOTA` is not a type"), std::string::npos);
  evaluation.mode = "property:LIST<INT";
  EXPECT_FALSE(evaluate(evaluation));
  evaluation.mode = "log:x";
  EXPECT_FALSE(evaluate(evaluation));
}

}  // namespace
}  // namespace gyr::cli
