#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/testing/run_command.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

struct Played {
  storage::LeadingSlashes counts;
  bool failing = false;
  bool dry = false;
  testing::Result run(std::vector<std::string> more) {
    Program program = testing::program();
    program.open_storage = [this](const std::string& place, StorageUse) -> base::Result<OpenedStorage> {
      OpenedStorage opened;
      opened.name = place;
      if (place == "folder") return opened;
      opened.drop_leading_slashes =
          [this](bool dry_run,
                 const std::function<void(std::string_view)>& kept) -> base::Result<storage::LeadingSlashes> {
        dry = dry_run;
        if (failing) return base::fail(storage::storage_failed, "no permission");
        for (uint64_t i = 0; i < counts.kept; ++i) kept("s3://b//main/\033[31mx");
        return counts;
      };
      return opened;
    };
    std::vector<std::string> words = {"storage", "drop-leading-slashes"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_with(program, words);
  }
};

TEST(StorageSlashes, ReportsCounts) {  // STOR-7
  Played played{.counts = {.moved = 3, .there = 1}};
  auto result = played.run({"--in", "s3.yml"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_FALSE(played.dry);
  EXPECT_EQ(result.out, "3 objects moved\n1 object existed with the new key; old copies were removed\n");
  EXPECT_EQ(played.run({"--in", "s3.yml", "--json"}).out, "{\"moved\":3,\"there\":1,\"kept\":0}\n");
  EXPECT_THAT(played.run({"--in", "s3.yml", "--dry-run"}).out, HasSubstr("3 objects would be moved"));
  EXPECT_TRUE(played.dry);
}

TEST(StorageSlashes, ReportsKeptKeys) {  // STOR-7
  Played played{.counts = {.kept = 2}};
  auto result = played.run({"--in", "s3.yml"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("kept s3://b//main/x: ")) << "without what a terminal would obey";
  EXPECT_THAT(result.out, HasSubstr("2 objects kept, because the content differs"));
}

TEST(StorageSlashes, Refusals) {  // STOR-7
  Played played;
  EXPECT_EQ(played.run({}).code, 2);
  auto folder = played.run({"--in", "folder"});
  EXPECT_EQ(folder.code, 2);
  EXPECT_THAT(folder.err, HasSubstr("is not an object store"));
  played.failing = true;
  EXPECT_NE(played.run({"--in", "s3.yml"}).code, 0);
}

}  // namespace
}  // namespace gyr::cli
