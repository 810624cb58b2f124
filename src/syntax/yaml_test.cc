#include "syntax/yaml.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "syntax/json.h"

namespace gyr::syntax {
namespace {

using base::Value;

NodePtr parse(std::string_view text, const YamlLimits& limits = {}, YamlAliases aliases = YamlAliases::resolve) {
  auto result = parse_yaml(text, limits, aliases);
  EXPECT_TRUE(result.has_value()) << text << "\n" << (result ? "" : result.error().to_string());
  return result ? *result : Node::scalar(Value::null(), "", false, {});
}

std::string json(std::string_view text) { return write_json(parse(text)->to_value()); }

/// One line a node: key, kind, place as line:column-line:column, offsets, text.
void dump(const Node& node, std::string_view source, std::string& out, size_t level = 0) {
  const Span& span = node.span();
  auto place = [&](const Span& s) {
    return fmt::format("{}:{}-{}:{} `{}`", s.line, s.column, s.end_line, s.end_column,
                       source.substr(s.offset, s.end_offset - s.offset));
  };
  std::string indent(level * 2, ' ');
  if (node.is_scalar()) {
    out += fmt::format("{}scalar {}\n", indent, place(span));
  } else if (node.is_sequence()) {
    out += fmt::format("{}sequence {}:{}-{}:{}\n", indent, span.line, span.column, span.end_line, span.end_column);
    for (const auto& item : node.items()) dump(*item, source, out, level + 1);
  } else {
    out += fmt::format("{}mapping {}:{}-{}:{}\n", indent, span.line, span.column, span.end_line, span.end_column);
    for (const auto& entry : node.entries()) {
      out += fmt::format("{}  key {}\n", indent, place(entry.key_span));
      dump(*entry.value, source, out, level + 1);
    }
  }
}

std::string dump(std::string_view source) {
  std::string out;
  dump(*parse(source), source, out);
  return out;
}

// FLOW-2: a place for every key and value
TEST(YamlPlaces, EveryKeyAndValueHasItsSpan) {
  EXPECT_EQ(dump("id: hello\n"
                 "tasks:\n"
                 "  - id: 'a'\n"
                 "    on: [1, {x: \"y\"}]\n"
                 "last:\n"),
            "mapping 1:1-5:6\n"
            "  key 1:1-1:3 `id`\n"
            "  scalar 1:5-1:10 `hello`\n"
            "  key 2:1-2:6 `tasks`\n"
            "  sequence 3:3-4:22\n"
            "    mapping 3:5-4:22\n"
            "      key 3:5-3:7 `id`\n"
            "      scalar 3:9-3:12 `'a'`\n"
            "      key 4:5-4:7 `on`\n"
            "      sequence 4:9-4:22\n"
            "        scalar 4:10-4:11 `1`\n"
            "        mapping 4:13-4:21\n"
            "          key 4:14-4:15 `x`\n"
            "          scalar 4:17-4:20 `\"y\"`\n"
            "  key 5:1-5:5 `last`\n"
            "  scalar 5:6-5:6 ``\n");
}

TEST(YamlPlaces, BlockScalarsReachFromHeaderToLastLine) {
  EXPECT_EQ(dump("a: !!str &x |+ # note | here\n"
                 "\n"
                 "  one\n"
                 "   two\n"
                 "\n"
                 "b: >-\n"
                 "  x\n"
                 "c: |\n"
                 "d: 1\n"),
            "mapping 1:1-9:5\n"
            "  key 1:1-1:2 `a`\n"
            "  scalar 1:13-4:7 `|+ # note | here\n\n  one\n   two`\n"
            "  key 6:1-6:2 `b`\n"
            "  scalar 6:4-7:4 `>-\n  x`\n"
            "  key 8:1-8:2 `c`\n"
            "  scalar 8:4-8:5 `|`\n"
            "  key 9:1-9:2 `d`\n"
            "  scalar 9:4-9:5 `1`\n");
}

TEST(YamlPlaces, ColumnsCountCharactersAndOffsetsBytes) {
  EXPECT_EQ(dump("\xEF\xBB\xBFgr\xC3\xB6\xC3\x9F"
                 "e: \xE8\xAA\x9E \xF0\x9F\x98\x80 # x\nb: [\xC3\xA9, z]\n"),
            "mapping 1:1-2:10\n"
            "  key 1:1-1:6 `gr\xC3\xB6\xC3\x9F"
            "e`\n"
            "  scalar 1:8-1:11 `\xE8\xAA\x9E \xF0\x9F\x98\x80`\n"
            "  key 2:1-2:2 `b`\n"
            "  sequence 2:4-2:10\n"
            "    scalar 2:5-2:6 `\xC3\xA9`\n"
            "    scalar 2:8-2:9 `z`\n");
}

TEST(YamlPlaces, AnchorsTagsAndAliases) {
  std::string text = "a: &x {p: 1}\nb: *x\nc:   !!str 12\n";
  NodePtr root = parse(text);
  EXPECT_EQ(root->find_shared("a"), root->find_shared("b"));  // an alias shares the node of its anchor
  EXPECT_EQ(root->find("b")->span().line, 1U);
  EXPECT_EQ(root->find("a")->span().column, 7U);
  EXPECT_EQ(root->find("c")->span().column, 12U);
  EXPECT_EQ(root->find_entry("b")->key_span.line, 2U);
  EXPECT_EQ(root->span().end_line, 3U);
}

TEST(YamlPlaces, CarriageReturnsCountAsOneBreak) {
  NodePtr root = parse("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: \"p\r\n  q\"\r\nd: \"x\r\n\"\re: 2\r\n");
  EXPECT_EQ(write_json(root->to_value()), R"({"a":1,"b":"x\ny\n","c":"p q","d":"x ","e":2})");
  EXPECT_EQ(root->find("e")->span().line, 9U);
  EXPECT_EQ(root->find("e")->span().column, 4U);
  EXPECT_EQ(root->find("c")->span().end_line, 6U);
}

TEST(YamlPlaces, MissingValuesAreAfterTheirKeyOrDash) {
  EXPECT_EQ(dump("a:\n  -\n  - !!str\n  - &x   # c\nb: {c, d: }\n? e\n"),
            "mapping 1:1-6:4\n"
            "  key 1:1-1:2 `a`\n"
            "  sequence 2:3-4:7\n"
            "    scalar 2:4-2:4 ``\n"
            "    scalar 3:10-3:10 ``\n"
            "    scalar 4:7-4:7 ``\n"
            "  key 5:1-5:2 `b`\n"
            "  mapping 5:4-5:12\n"
            "    key 5:5-5:6 `c`\n"
            "    scalar 5:6-5:6 ``\n"
            "    key 5:8-5:9 `d`\n"
            "    scalar 5:10-5:10 ``\n"
            "  key 6:3-6:4 `e`\n"
            "  scalar 6:4-6:4 ``\n");
}

// FLOW-1: JSON is accepted as the subset it is
TEST(Yaml, TakesJson) {
  EXPECT_EQ(json(R"({"a":1,"b":[true,null,"x\u0041\/\ud83d\ude00"],"c":{"d":-1.5e3},"e":""})"),
            R"({"a":1,"b":[true,null,"xA/😀"],"c":{"d":-1500.0},"e":""})");
  EXPECT_EQ(json("{\n\t\"a\" : [\n\t\t1 ,\n\t\t2\n\t]\n}\n"), R"({"a":[1,2]})");
}

TEST(Yaml, FoldsAndKeepsLinesOfScalars) {
  EXPECT_EQ(json("a: |\n  x\n  y\n\nb: >\n  x\n  y\n\n  z\n   w\n  v\nc: |-\n  q\n\nd: |+\n  q\n\ne: |2\n    x\n"),
            R"({"a":"x\ny\n","b":"x y\nz\n w\nv\n","c":"q","d":"q\n\n","e":"  x\n"})");
  EXPECT_EQ(json("a: one\n  two\n\n  three\nb: 'x''y\n  z'\nc: \"q\\\n   r \\x41\\u00e9\\n\\t\\\\\\\"\"\n"),
            R"({"a":"one two\nthree","b":"x'y z","c":"qr Aé\n\t\\\""})");
  EXPECT_EQ(json("a: \"x\ny\"\nb: [\n1\n]\nc: {d: e\n}\n"), R"({"a":"x y","b":[1],"c":{"d":"e"}})");
}

TEST(Yaml, BlockScalarsAtTheEndOfTheText) {
  EXPECT_EQ(json("a: |"), R"({"a":""})");
  EXPECT_EQ(json("a: |\n  x"), R"({"a":"x"})");
  EXPECT_EQ(json("a: |\n  x\n   "), R"({"a":"x\n "})");
  EXPECT_EQ(json("a: |+\n  x\n  "), R"({"a":"x\n"})");
  EXPECT_EQ(json("a: |+\n\n\n"), R"({"a":"\n\n"})");
  EXPECT_EQ(json("x:\n  a: |\n  b: 1\n  c: >\n\n  # no text\n  d: 2\n"), R"({"x":{"a":"","b":1,"c":"","d":2}})");
}

TEST(Yaml, ListsMayStandInTheColumnOfTheirKey) {
  EXPECT_EQ(json("a:\n- b\n-\n- c: 1\n  d: 2\ne:\n- - x\n  - y\n"), R"({"a":["b","",{"c":1,"d":2}],"e":[["x","y"]]})");
}

TEST(Yaml, PlainTextsHoldSigns) {
  EXPECT_EQ(
      json("a: http://x.y/z?q=1#f\nb: x:y\nc: a #b\nd: a#b\ne: -x\nf: ?x\ng: :x\nh: a, b]\ni: it's\nj: C:\\x\n"),
      R"({"a":"http://x.y/z?q=1#f","b":"x:y","c":"a","d":"a#b","e":"-x","f":"?x","g":":x","h":"a, b]","i":"it's","j":"C:\\x"})");
  EXPECT_EQ(json("[a:1, {b:1}, {\"c\":d}, ::1, x?y]"), R"(["a:1",{"b:1":""},{"c":"d"},"::1","x?y"])");
}

// FLOW-2: keys are texts whatever they look like
TEST(Yaml, KeysAreTexts) {
  EXPECT_EQ(json("on: 1\nyes: 2\n0123: 3\n1_000: 4\nnull: 5\n~: 6\n1.0: 7\n'q': 8\n"),
            R"({"on":1,"yes":2,"0123":3,"1_000":4,"null":5,"~":6,"1.0":7,"q":8})");
}

TEST(Yaml, EmptyTextsAndMissingValues) {
  EXPECT_TRUE(parse("")->is_null());
  EXPECT_TRUE(parse("# only a comment\n\n")->is_null());
  EXPECT_EQ(parse("# only\n# comments")->span().line, 2U);
  NodePtr root = parse("a:\nb: ''\nc: ~\n");
  EXPECT_TRUE(root->find("a")->is_missing());
  EXPECT_EQ(root->find("a")->value(), Value::string(""));  // as the reference reads it, not null
  EXPECT_FALSE(root->find("b")->is_missing());
  EXPECT_TRUE(root->find("b")->quoted());
  EXPECT_TRUE(root->find("c")->is_null());
  EXPECT_EQ(root->find("c")->text(), "~");
  EXPECT_EQ(root->find("nope"), nullptr);
}

TEST(Yaml, TextsOfScalarsStay) {
  NodePtr root = parse("a: 0123\nb: yes\nc: 1.10\nd: |\n  0x1F\n");
  EXPECT_EQ(root->find("a")->text(), "0123");
  EXPECT_EQ(root->find("b")->text(), "yes");
  EXPECT_EQ(root->find("c")->text(), "1.10");
  EXPECT_EQ(root->find("d")->text(), "0x1F\n");
  EXPECT_FALSE(root->find("a")->quoted());
  EXPECT_TRUE(root->find("d")->quoted());
}

TEST(Yaml, TakesTheFirstDocument) {
  EXPECT_EQ(json("a: 1\n---\nb: 2\n"), R"({"a":1})");
  EXPECT_EQ(json("%YAML 1.2\n---\na: 1\n...\n"), R"({"a":1})");
  EXPECT_EQ(json("--- # c\na: 1\n--- {broken"), R"({"a":1})");
  EXPECT_EQ(json("a: 1\n...\n@ whatever"), R"({"a":1})");
  EXPECT_EQ(json("---\n---\na: 1\n"), R"("")");
}

TEST(Yaml, TabsWhereTheyDoNoHarm) {
  EXPECT_EQ(json("a: x\ty\nb: 1\t\n\t\nc: [\t1,\t2 ]\t# c\nd: 'x'\t\n"), R"({"a":"x\ty","b":1,"c":[1,2],"d":"x"})");
}

TEST(YamlAliases, Resolve) {
  EXPECT_EQ(json("a: &x [1, 2]\nb: *x\nc: {d: *x}\n&k key: &v 1\ne: *v\nf: {*k : 3}\n"),
            R"({"a":[1,2],"b":[1,2],"c":{"d":[1,2]},"key":1,"e":1,"f":{"key":3}})");
  EXPECT_EQ(json("a: &x 1\nb: &x 2\nc: *x\n"), R"({"a":1,"b":2,"c":2})");
}

TEST(YamlAliases, MergeKeys) {
  EXPECT_EQ(json("base: &b {p: 1, q: 2}\nx:\n  a: 0\n  <<: *b\n  q: 9\n"),
            R"({"base":{"p":1,"q":2},"x":{"a":0,"p":1,"q":9}})");
  EXPECT_EQ(json("a: &a {p: 1}\nb: &b {p: 2, q: 3}\nx: {<<: [*a, *b], r: 4}\n"),
            R"({"a":{"p":1},"b":{"p":2,"q":3},"x":{"p":1,"q":3,"r":4}})");
  EXPECT_EQ(json("x: {'<<': 1}\n"), R"({"x":{"<<":1}})");  // quoted: a key like others
  EXPECT_EQ(json("x: {<<: {}, a: 1}\n"), R"({"x":{"a":1}})");
}

// EXPR-283, EXPR-1557: the reference's yaml() takes an alias for a text and << for a key
TEST(YamlAliases, AsText) {
  auto text = [](std::string_view yaml) { return write_json(parse(yaml, {}, YamlAliases::as_text)->to_value()); };
  EXPECT_EQ(text("a: &x 1\nb: *x\n"), R"({"a":1,"b":"x"})");
  EXPECT_EQ(text("a: *nope\nb: {<<: *x, q: 1}\n"), R"({"a":"nope","b":{"<<":"x","q":1}})");
  EXPECT_FALSE(parse_yaml("*a : 1", {}, YamlAliases::as_text).has_value());
}

TEST(YamlLimits, AliasBombsAreStopped) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  auto result = parse_yaml(bomb);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code(), yaml_limit_exceeded);
  EXPECT_EQ(result.error().place()->line, 6U);

  std::string merges = "m0: &m0 {a: 1}\n";
  for (int i = 1; i < 30; ++i) merges += fmt::format("m{0}: &m{0} {{<<: [*m{1}, *m{1}], k{0}: 1}}\n", i, i - 1);
  EXPECT_EQ(parse_yaml(merges).error().code(), yaml_limit_exceeded);

  // One large text used again and again is bounded by its bytes.
  std::string large = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 200; ++i) large += "*a, ";
  large += "1]\n";
  EXPECT_EQ(parse_yaml(large).error().code(), yaml_limit_exceeded);
}

TEST(YamlLimits, DepthSizeAndNodes) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_yaml(nested(128)).has_value());
  auto deep = parse_yaml(nested(129));
  ASSERT_FALSE(deep.has_value());
  EXPECT_EQ(deep.error().code(), yaml_limit_exceeded);
  EXPECT_EQ(deep.error().place()->column, 129U);
  // However generous the limit, a tree becomes a value.
  EXPECT_EQ(parse_yaml(nested(256), {.depth = 1000})->get()->to_value().depth(), base::limits::value_depth);
  EXPECT_FALSE(parse_yaml(nested(257), {.depth = 1000}).has_value());

  std::string blocks;
  for (int i = 0; i < 200; ++i) blocks += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(parse_yaml(blocks).error().code(), yaml_limit_exceeded);
  // By an alias, too: 100 levels in 100 levels.
  std::string twice = "a: &x " + nested(100) + "\nb: " + std::string(100, '[') + "*x" + std::string(100, ']') + "\n";
  EXPECT_EQ(parse_yaml(twice).error().code(), yaml_limit_exceeded);

  EXPECT_EQ(parse_yaml("[1, 2, 3]", {.nodes = 3}).error().code(), yaml_limit_exceeded);
  EXPECT_TRUE(parse_yaml("[1, 2, 3]", {.nodes = 4}).has_value());
  auto large = parse_yaml("a: 12345678", {.bytes = 10});
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code(), yaml_limit_exceeded);
}

TEST(YamlLimits, HostileTextsEndQuickly) {
  for (std::string_view piece :
       {"[", "{", "- ", "? ", "a: ", "&a ", "!!str ", "'", "\"", "[a,", "{a: ", "- - ", "|\n ", "*", ": "}) {
    std::string text;
    while (text.size() < 200'000) text += piece;
    auto result = parse_yaml(text);
    EXPECT_TRUE(result.has_value() || result.error().place() != nullptr) << piece;
  }
  std::string keys;
  for (int i = 0; i < 50'000; ++i) keys += fmt::format("k{}: {}\n", i, i);
  EXPECT_EQ(parse(keys)->entries().size(), 50'000U);
  keys += "k7: again\n";
  EXPECT_EQ(parse_yaml(keys).error().code(), yaml_duplicate_key);
}

// API-89, FLOW-7: several documents in one text
TEST(YamlDocuments, AreSplitAtLinesOfDashes) {
  auto parts =
      split_yaml_documents("# licence\n---\nid: a\n---   # second\nid: |\n  x\n  ---\n\r\n---\r\n\n--- \nid: c");
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].text, "id: a\n");
  EXPECT_EQ(parts[0].first_line, 3U);
  EXPECT_EQ(parts[1].text, "id: |\n  x\n  ---\n\r\n");
  EXPECT_EQ(parts[1].first_line, 5U);
  EXPECT_EQ(parts[2].text, "id: c");
  EXPECT_EQ(parts[2].first_line, 12U);

  EXPECT_TRUE(split_yaml_documents("").empty());
  EXPECT_TRUE(split_yaml_documents("---\n---\n  \n# x\n---").empty());
  EXPECT_EQ(split_yaml_documents("%YAML 1.2\n---\na: 1\n...\n").size(), 1U);
  EXPECT_EQ(split_yaml_documents("---a: 1\n--- b\n----\n").size(), 1U);  // none of these is a line of ---
  EXPECT_EQ(split_yaml_documents("a: 1").front().first_line, 1U);
}

TEST(Node, OfValueAndBack) {
  Value value = *parse_json(R"({"a":[1,2.5,"x",null,true,{}],"b":{"c":[]},"d":12345678901234567890})");
  NodePtr node = Node::of_value(value);
  EXPECT_EQ(node->to_value(), value);
  EXPECT_EQ(node->find("a")->items()[0]->text(), "1");
  EXPECT_EQ(node->find("a")->items()[1]->text(), "2.5");
  EXPECT_EQ(node->find("d")->text(), "12345678901234567890");
  EXPECT_EQ(node->span(), Span{});
  EXPECT_TRUE(Node::of_value(Value::null())->is_null());
}

}  // namespace
}  // namespace gyr::syntax
