#include "syntax/diagnostic.h"

#include <gtest/gtest.h>

#include "syntax/display.h"
#include "syntax/json.h"
#include "syntax/source_text.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

constexpr base::ErrorCode test_code{"GYR-F014"};

Diagnostic finding(const Span& span) {
  Diagnostic out;
  out.code = test_code;
  out.message = "unknown property `retries` on task `io.kestra.plugin.core.http.Request`";
  out.path = "tasks[0].retries";
  out.span = span;
  out.label = "not a property of this task";
  return out;
}

std::string print(const Diagnostic& diagnostic, std::string_view source, const PrintOptions& options = {}) {
  return print_diagnostics({diagnostic}, "flows/shop/orders.yaml", source, options);
}

// The shape of section E.3 of the anchors, to the letter
TEST(Diagnostics, PrintedInTheShapeOfRustc) {
  std::string source(22, '\n');
  source += "    retries: 3\n";
  Diagnostic diagnostic = finding({.line = 23, .column = 5, .end_line = 23, .end_column = 12});
  diagnostic.help = "did you mean `retry`?\n    retry:\n      type: constant\n      maxAttempts: 3";
  EXPECT_EQ(print(diagnostic, source),
            "error[GYR-F014]: unknown property `retries` on task `io.kestra.plugin.core.http.Request`\n"
            "  --> flows/shop/orders.yaml:23:5\n"
            "   |\n"
            "23 |     retries: 3\n"
            "   |     ^^^^^^^ not a property of this task\n"
            "   |\n"
            "help: did you mean `retry`?\n"
            "   |     retry:\n"
            "   |       type: constant\n"
            "   |       maxAttempts: 3\n"
            "   = docs: gyr explain GYR-F014\n");
}

TEST(Diagnostics, SeveralAndTheirParts) {
  Diagnostic first = finding({.line = 1, .column = 1, .end_line = 1, .end_column = 2});
  first.notes = {"first note\nof two lines", "second"};
  first.label.clear();
  Diagnostic second;
  second.severity = Severity::warning;
  second.message = "no place";
  second.path = "tasks[1]";
  std::string text = print_diagnostics({first, second}, "f.yaml", "a: 1\n", {.docs_line = false});
  EXPECT_EQ(text,
            "error[GYR-F014]: unknown property `retries` on task `io.kestra.plugin.core.http.Request`\n"
            " --> f.yaml:1:1\n"
            "  |\n"
            "1 | a: 1\n"
            "  | ^\n"
            "  |\n"
            "  = note: first note\n"
            "  of two lines\n"
            "  = note: second\n"
            "\n"
            "warning: no place\n"
            " --> f.yaml (tasks[1])\n");
  EXPECT_EQ(print_diagnostics({}, "f", "x"), "");
}

// People read our own words; the message is for clients that match on the reference's sentence.
TEST(Diagnostics, OwnWordsAreShownToPeople) {
  Diagnostic diagnostic = finding({.line = 1, .column = 1, .end_line = 1, .end_column = 2});
  const std::string message = diagnostic.message;
  EXPECT_EQ(diagnostic.title(), message);
  diagnostic.own_words = "plain words";
  EXPECT_TRUE(print(diagnostic, "a: 1\n").starts_with("error[GYR-F014]: plain words\n"));
  const base::Value json = diagnostics_to_value({diagnostic}, "f.yaml");
  EXPECT_EQ(json.items()[0].find("message")->text(), message);
  const base::Value sarif = diagnostics_to_sarif({diagnostic}, "f.yaml");
  EXPECT_EQ(sarif.find("runs")->items()[0].find("results")->items()[0].find_path({"message", "text"})->text(),
            "plain words");
}

/// The caret line and the source line above it.
std::pair<std::string, std::string> lines(std::string_view source, uint32_t column, uint32_t end_column) {
  Diagnostic diagnostic;
  diagnostic.message = "m";
  diagnostic.span = Span{.line = 1, .column = column, .end_line = 1, .end_column = end_column};
  std::string text = print(diagnostic, source);
  auto all = source_lines(text);
  return {std::string(all.at(3)), std::string(all.at(4))};
}

TEST(Diagnostics, CaretsStandUnderTheCharacters) {
  EXPECT_EQ(lines("\tk: v", 2, 3), std::pair(std::string("1 |     k: v"), std::string("  |     ^")));
  EXPECT_EQ(lines("a\tb", 2, 4), std::pair(std::string("1 | a    b"), std::string("  |  ^^^^^")));
  EXPECT_EQ(lines("gr\xC3\xB6\xC3\x9F"
                  "e: x",
                  6, 7),
            std::pair(std::string("1 | gr\xC3\xB6\xC3\x9F"
                                  "e: x"),
                      std::string("  |      ^")));
  EXPECT_EQ(lines("\xE8\xAA\x9E: x", 4, 5), std::pair(std::string("1 | \xE8\xAA\x9E: x"), std::string("  |     ^")));
  EXPECT_EQ(lines("\xF0\x9F\x98\x80\xE8\xAA\x9E!", 1, 3).second, "  | ^^^^");
  EXPECT_EQ(lines("e\xCC\x81x", 3, 4).second, "  |  ^");  // a combining accent has no column
  EXPECT_EQ(lines("a: 1", 5, 5).second, "  |     ^");     // after the end
  EXPECT_EQ(lines("a: 1", 99, 120).second, "  |     ^");
  EXPECT_EQ(lines("", 1, 1), std::pair(std::string("1 |"), std::string("  | ^")));
}

TEST(Diagnostics, SpansOfSeveralLinesShowTheFirst) {
  Diagnostic diagnostic = finding({.line = 1, .column = 4, .end_line = 3, .end_column = 2});
  EXPECT_NE(print(diagnostic, "a: [\r\n1\r\n]\r\n").find("1 | a: [\n  |    ^ not a property"), std::string::npos);
}

TEST(Diagnostics, LongLinesAreCutAroundThePlace) {
  std::string source = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  auto [line, caret] = lines(source, 501, 505);
  EXPECT_LT(line.size(), 140U);
  size_t at = caret.find('^');
  // The ellipsis has three bytes and one column.
  EXPECT_EQ(line.substr(at + 2, 4), "HERE");
  EXPECT_EQ(caret.substr(at), "^^^^");
  EXPECT_TRUE(line.ends_with("…"));
  auto [wide, wide_caret] = lines(source, 1, 1000);
  EXPECT_LT(wide_caret.size(), 140U);
  EXPECT_EQ(wide_caret.find('^'), 4U);
}

TEST(Diagnostics, NothingSteersTheTerminal) {
  Diagnostic diagnostic = finding({.line = 1, .column = 4, .end_line = 1, .end_column = 5});
  diagnostic.message = "bad \x1B[31m text\r";
  diagnostic.label = "\xE2\x80\xAE";
  diagnostic.help = "a\x07";
  diagnostic.notes = {"\x9B"};
  std::string text = print_diagnostics({diagnostic}, "\x1B[2J.yaml", "a: \x1B]0;x\x07\xFF\n");
  for (char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << static_cast<int>(c);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(text.find("1 | a: \xE2\x90\x9B]0;x\xE2\x90\x87\xEF\xBF\xBD\n"), std::string::npos) << text;
}

TEST(Diagnostics, Colour) {
  Diagnostic diagnostic = finding({.line = 1, .column = 1, .end_line = 1, .end_column = 2});
  std::string plain = print(diagnostic, "a: 1");
  std::string coloured = print(diagnostic, "a: 1", {.color = true});
  EXPECT_NE(coloured.find("\x1B[1;31merror[GYR-F014]\x1B[0m"), std::string::npos);
  std::string stripped;
  for (size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1B') {
      i = coloured.find('m', i);
    } else {
      stripped += coloured[i];
    }
  }
  EXPECT_EQ(stripped, plain);
}

TEST(Diagnostics, OfAnError) {
  auto result = parse_yaml("a: 1\nb: {{ x }}\n");
  ASSERT_FALSE(result.has_value());
  Diagnostic diagnostic = diagnostic_of(result.error()
                                            .with_prefix("Illegal Flow source: YAML parsing error: ")
                                            .with_cause(base::Error(test_code, "because")));
  EXPECT_EQ(
      diagnostic.message,
      "Illegal Flow source: YAML parsing error: Expected a field name (Scalar value in YAML), got this instead: '{{'");
  EXPECT_EQ(diagnostic.code, yaml_malformed);
  ASSERT_TRUE(diagnostic.span.has_value());
  EXPECT_EQ(diagnostic.span->line, 2U);
  EXPECT_EQ(diagnostic.span->end_column, 6U);
  EXPECT_EQ(diagnostic.notes, std::vector<std::string>{"because"});
  EXPECT_NE(print(diagnostic, "a: 1\nb: {{ x }}\n").find("2 | b: {{ x }}\n  |    ^^\n"), std::string::npos);
  EXPECT_FALSE(diagnostic_of(base::Error(test_code, "x")).span.has_value());
}

TEST(Diagnostics, AsJson) {
  Diagnostic diagnostic = finding({.line = 2, .column = 3, .end_line = 2, .end_column = 8});
  diagnostic.help = "h";
  diagnostic.notes = {"n"};
  Diagnostic bare;
  bare.severity = Severity::info;
  bare.message = "m";
  EXPECT_EQ(
      write_json(diagnostics_to_value({diagnostic, bare}, "f.yaml")),
      R"([{"code":"GYR-F014","severity":"error","message":"unknown property `retries` on task `io.kestra.plugin.core.http.Request`",)"
      R"("path":"tasks[0].retries","file":"f.yaml","line":2,"column":3,"endLine":2,"endColumn":8,)"
      R"("label":"not a property of this task","help":"h","notes":["n"]},)"
      R"({"severity":"info","message":"m","file":"f.yaml"}])");
}

TEST(Diagnostics, AsSarif) {
  Diagnostic diagnostic = finding({.line = 2, .column = 3, .end_line = 2, .end_column = 3});
  diagnostic.help = "h";
  Diagnostic again = diagnostic;
  again.severity = Severity::warning;
  Diagnostic bare;
  bare.severity = Severity::info;
  bare.message = "m";
  std::string text = write_json(diagnostics_to_sarif({diagnostic, again, bare}, "my flows/\xC3\xA9.yaml"));
  auto value = parse_json(text);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->find("version")->text(), "2.1.0");
  const base::Value& run = value->find("runs")->items()[0];
  EXPECT_EQ(run.find("columnKind")->text(), "unicodeCodePoints");
  EXPECT_EQ(run.find_path({"tool", "driver", "rules"})->size(), 1U);
  auto results = run.find("results")->items();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(write_json(results[0]),
            R"({"ruleId":"GYR-F014","ruleIndex":0,"level":"error",)"
            R"("message":{"text":"unknown property `retries` on task `io.kestra.plugin.core.http.Request`\nh"},)"
            R"("locations":[{"physicalLocation":{"artifactLocation":{"uri":"my%20flows/%C3%A9.yaml"},)"
            R"("region":{"startLine":2,"startColumn":3,"endLine":2,"endColumn":4}},)"
            R"("logicalLocations":[{"fullyQualifiedName":"tasks[0].retries"}]}]})");
  EXPECT_EQ(results[1].find("level")->text(), "warning");
  EXPECT_EQ(results[2].find("level")->text(), "note");
  EXPECT_EQ(results[2].find("ruleId"), nullptr);
}

TEST(SourceText, PositionsThereAndBack) {
  std::string_view text =
      "\xEF\xBB\xBF"
      "a\xC3\xA9\r\nb\rc\n\nd";
  SourceCursor cursor(text);
  auto at = [&](size_t offset) {
    Position p = cursor.at(offset);
    return std::pair(p.line, p.column);
  };
  EXPECT_EQ(at(3), std::pair(1U, 1U));
  EXPECT_EQ(at(6), std::pair(1U, 3U));   // after é
  EXPECT_EQ(at(8), std::pair(2U, 1U));   // b
  EXPECT_EQ(at(10), std::pair(3U, 1U));  // c
  EXPECT_EQ(at(13), std::pair(5U, 1U));  // d
  EXPECT_EQ(at(9), std::pair(2U, 2U));   // and back
  EXPECT_EQ(at(4), std::pair(1U, 2U));
  EXPECT_EQ(at(999), std::pair(5U, 2U));
  auto lines = source_lines(text);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], "a\xC3\xA9");
  EXPECT_EQ(lines[2], "c");
  EXPECT_EQ(lines[3], "");
  EXPECT_EQ(source_lines("").size(), 1U);
}

}  // namespace
}  // namespace gyr::syntax
