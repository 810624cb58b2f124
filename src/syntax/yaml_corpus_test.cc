// Flows of others: what the reference accepts and refuses, read from ../shared/corpus where that is there.
#include <gtest/gtest.h>

#include <iostream>

#include "syntax/test_files.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

std::vector<std::filesystem::path> flows(const char* folder) {
  std::vector<std::filesystem::path> out;
  auto corpus = corpus_dir();
  if (!corpus) return out;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "flows" / folder)) out.push_back(file.path());
  std::sort(out.begin(), out.end());
  return out;
}

/// Every span of a node lies in the text, holds what it should, and keeps the order of the source.
void check_places(const Node& node, std::string_view source) {
  const Span& span = node.span();
  ASSERT_LE(span.offset, span.end_offset);
  ASSERT_LE(span.end_offset, source.size());
  ASSERT_GT(span.line, 0U);
  std::string_view text = source.substr(span.offset, span.end_offset - span.offset);
  if (node.is_scalar() && !node.quoted() && text.find('\n') == std::string_view::npos) EXPECT_EQ(text, node.text());
  if (node.is_scalar() && node.quoted())
    EXPECT_NE(std::string_view("'\"|>").find(text.front()), std::string_view::npos) << text;
  uint32_t last = span.offset;
  for (const auto& item : node.items()) {
    EXPECT_GE(item->span().offset, last);
    last = item->span().end_offset;
    check_places(*item, source);
  }
  for (const auto& entry : node.entries()) {
    EXPECT_GE(entry.key_span.offset, last);
    EXPECT_GE(entry.value->span().offset, entry.key_span.end_offset);
    last = entry.value->span().end_offset;
    std::string_view key = source.substr(entry.key_span.offset, entry.key_span.end_offset - entry.key_span.offset);
    if (key.front() != '"' && key.front() != '\'') EXPECT_EQ(key, entry.key);
    check_places(*entry.value, source);
  }
}

// FLOW-1
TEST(YamlCorpus, EveryValidFlowParsesWithItsPlaces) {
  auto files = flows("valids");
  if (files.empty()) GTEST_SKIP() << "NOT TESTED: no flows in " << source_dir() / ".." / "shared" / "corpus";
  EXPECT_GT(files.size(), 100U);
  for (const auto& file : files) {
    std::string text = read_file(file);
    auto result = parse_yaml(text);
    ASSERT_TRUE(result.has_value()) << file << ": " << result.error().to_string();
    ASSERT_TRUE((*result)->is_mapping()) << file;
    EXPECT_NE((*result)->find("id"), nullptr) << file;
    check_places(**result, text);
    // What was read can be written and read again.
    auto again = parse_yaml(write_yaml((*result)->to_value()));
    ASSERT_TRUE(again.has_value()) << file << ": " << again.error().to_string();
  }
}

// FLOW-2: most of them are wrong beyond syntax; those that are wrong YAML say so
TEST(YamlCorpus, InvalidFlowsFailAsTheyShould) {
  auto files = flows("invalids");
  if (files.empty()) GTEST_SKIP() << "NOT TESTED: no flows in " << source_dir() / ".." / "shared" / "corpus";
  for (const auto& file : files) {
    auto result = parse_yaml(read_file(file));
    if (file.filename() == "duplicate-key.yaml") {
      ASSERT_FALSE(result.has_value());
      EXPECT_EQ(result.error().code(), yaml_duplicate_key);
    } else {
      EXPECT_TRUE(result.has_value()) << file << ": " << result.error().to_string();
    }
  }
}

}  // namespace
}  // namespace gyr::syntax
