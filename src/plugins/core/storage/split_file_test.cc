// Splits files that are larger than a block, compared with a simple implementation without blocks (CORE-40).
#include "plugins/core/storage/split_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What must come out, line by line.
Texts plainly_split(std::string_view content, const SplitPlan& plan) {
  Texts pieces;
  std::map<std::string, size_t> groups;
  uint64_t lines = 0;
  auto next = [&pieces] { pieces.emplace_back(); };
  while (!content.empty()) {
    size_t end = content.find(plan.line_end);
    std::string line(content.substr(0, end));
    content = end == std::string_view::npos ? std::string_view() : content.substr(end + plan.line_end.size());
    if (plan.line_end == "\n" && line.ends_with('\r')) line.pop_back();
    size_t piece = 0;
    if (plan.bytes) {
      if (pieces.empty() || pieces.back().size() >= *plan.bytes) next();
      piece = pieces.size() - 1;
    } else if (plan.partitions) {
      piece = lines++ % *plan.partitions;
      if (piece == pieces.size()) next();
    } else if (plan.rows) {
      if (lines++ % *plan.rows == 0) next();
      piece = pieces.size() - 1;
    } else {
      auto found = plan.pattern->first_match(line);
      if (!found || found->size() < 2 || (*found)[1].data() == nullptr) continue;
      auto [known, fresh] = groups.emplace((*found)[1], pieces.size());
      if (fresh) next();
      piece = known->second;
    }
    pieces[piece] += line + plan.separator;
  }
  std::erase(pieces, "");
  return pieces;
}

class SplitFile : public ::testing::Test {
 protected:
  SplitFile() {
    std::string name = (fs::temp_directory_path() / "gyr-split-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~SplitFile() override { fs::remove_all(folder); }

  base::Result<std::vector<fs::path>> split(std::string_view content, const SplitPlan& plan) {
    std::ofstream(folder / "source", std::ios::binary) << content;
    fs::path pieces = folder / std::to_string(runs_++);
    fs::create_directory(pieces);
    return split_file(folder / "source", pieces, "name", ".txt", plan);
  }
  void expect_as_plainly(std::string_view content, const SplitPlan& plan, std::string_view what) {
    auto made = split(content, plan);
    ASSERT_TRUE(made.has_value()) << what << ": " << made.error().to_string();
    Texts pieces;
    for (const fs::path& piece : *made) pieces.push_back(content_of(piece));
    EXPECT_TRUE(pieces == plainly_split(content, plan)) << what;  // too large to be printed
  }

  fs::path folder;

 private:
  int runs_ = 0;
};

/// Lines of many lengths, some empty, some with a carriage return, some longer than what is read at once.
std::string many_lines(uint32_t seed, std::string_view line_end) {
  std::mt19937 random(seed);
  std::string content;
  while (content.size() < 400'000) {
    size_t length = random() % 400;
    if (random() % 4 == 0) length = 0;
    if (random() % 1'000 == 0) length = 300'000;
    content.append(length, static_cast<char>('a' + random() % 5));
    if (random() % 10 == 0) content += '\r';
    if (random() % 10 == 0) content += '|';  // the first half of a line end of two
    content += line_end;
  }
  if (seed % 2 == 0) content += "the last one without an end";
  return content;
}

TEST_F(SplitFile, ResultDoesNotDependOnBlocks) {  // CORE-40
  for (uint32_t seed = 1; seed <= 2; ++seed) {
    for (std::string line_end : {"\n", "||"}) {
      const std::string content = many_lines(seed, line_end);
      for (std::string separator : {line_end, std::string(";"), std::string()}) {
        SplitPlan base{.separator = separator, .line_end = line_end};
        auto check = [&](std::string_view what, auto set) {
          SplitPlan plan = base;
          set(plan);
          expect_as_plainly(content, plan,
                            fmt::format("{}, seed {}, `{}` to `{}`", what, seed, line_end == "\n" ? "\\n" : line_end,
                                        separator == "\n" ? "\\n" : separator));
        };
        check("rows", [](SplitPlan& plan) { plan.rows = 997; });
        check("few rows", [](SplitPlan& plan) { plan.rows = 50; });
        check("bytes", [](SplitPlan& plan) { plan.bytes = 70'000; });
        check("partitions", [](SplitPlan& plan) { plan.partitions = 3; });
        check("one partition", [](SplitPlan& plan) { plan.partitions = 1; });
        check("groups", [](SplitPlan& plan) { plan.pattern = *text::Regex::compile("^([ab]).{10}"); });
      }
    }
  }
}

TEST_F(SplitFile, ManyPiecesAtTheSameTimeAreWrittenWhole) {  // CORE-40
  // More than may wait in memory, dealt to more pieces than keep their buffers.
  std::string content;
  while (content.size() < 20'000'000)
    content += fmt::format("{} {}\n", content.size(), std::string(content.size() % 7'000, 'x'));
  SplitPlan plan;
  plan.partitions = 500;
  expect_as_plainly(content, plan, "partitions");
}

TEST_F(SplitFile, WhatCannotBeReadOrWrittenFails) {  // CORE-40
  SplitPlan plan;
  plan.rows = 1;
  EXPECT_FALSE(split_file(folder / "none", folder, "name", ".txt", plan).has_value());
  std::ofstream(folder / "source") << "a\n";
  EXPECT_FALSE(split_file(folder / "source", folder / "none", "name", ".txt", plan).has_value());
  EXPECT_FALSE(split_file(folder, folder, "name", ".txt", plan).has_value()) << "a folder";
  EXPECT_TRUE(split_file(folder / "source", folder, "name", ".txt", plan).has_value());
}

TEST_F(SplitFile, AFullDiskFails) {  // CORE-40
  // Every write to this device fails with "no space left".
  fs::create_symlink("/dev/full", folder / "name-0.txt");
  std::ofstream(folder / "source") << "a\nb\n";
  SplitPlan plan;
  plan.rows = 5;
  auto made = split_file(folder / "source", folder, "name", ".txt", plan);
  ASSERT_FALSE(made.has_value());
  EXPECT_NE(made.error().to_string().find("No space"), std::string::npos) << made.error().to_string();
}

}  // namespace
}  // namespace gyr::plugins::core
