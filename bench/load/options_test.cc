#include "options.h"

#include <gtest/gtest.h>

#include <fstream>

namespace gyr::load {
namespace {

base::Result<std::variant<LoadOptions, SyncCommand>> parse(const std::vector<const char*>& words) {
  return parse_options(words);
}

TEST(Options, AnOpenLoad) {
  const auto command =
      parse({"open", "--url", "http://h:1", "--rate", "1000", "--seconds", "2.5", "--start", "/s", "--wait", "/w",
             "--wait-share", "0.1", "--server-pid", "7", "--read-back", "10", "--until", "acknowledged"});
  ASSERT_TRUE(command.has_value()) << command.error().message();
  const auto& options = std::get<LoadOptions>(*command);
  EXPECT_EQ(options.rate, 1000);
  EXPECT_EQ(options.seconds, 2.5);
  EXPECT_EQ(options.start_path, "/s");
  EXPECT_EQ(options.wait_path, "/w");
  EXPECT_EQ(options.wait_share, 0.1);
  EXPECT_EQ(options.server_pid, 7);
  EXPECT_EQ(options.read_back, 10u);
  EXPECT_FALSE(options.until_ended);
}

TEST(Options, ThoseThatMakeNoSenseAreRefused) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"fast"},
      {"sync"},
      {"sync", "a", "b"},
      {"open", "--url"},
      {"open", "--rate", "1", "--seconds", "1", "--start", "/s"},        // no URL
      {"open", "--url", "http://h", "--rate", "1", "--start", "/s"},     // no bound
      {"open", "--url", "http://h", "--seconds", "1", "--start", "/s"},  // no rate
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1"},    // nothing to call
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--wait", "/w"},  // no share
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--wait-share", "0.5"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--wait", "/w", "--wait-share",
       "2"},
      {"open", "--url", "http://h", "--rate", "nan", "--seconds", "1", "--start", "/s"},
      {"open", "--url", "http://h", "--rate", "-1", "--seconds", "1", "--start", "/s"},
      {"open", "--url", "http://h", "--rate", "1e300", "--seconds", "1", "--start", "/s"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "s"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s\r\nX: y"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--colour", "1"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--until", "doomsday"},
      {"open", "--url", "http://h", "--rate", "1", "--seconds", "1", "--start", "/s", "--user", "/no/such/file"},
      {"closed", "--url", "http://h", "--rate", "1", "--start", "/s"},
      {"closed", "--url", "http://h", "--start", "/s", "--wait", "/w"},
  };
  for (const auto& words : wrong) {
    EXPECT_FALSE(parse(words).has_value()) << fmt::format("{}", words.size());
  }
}

TEST(Options, CredentialsComeFromAFile) {
  const std::string name = testing::TempDir() + "/credentials";
  std::ofstream(name) << "me:secret\n";
  const auto command = parse({"closed", "--url", "http://h", "--count", "1", "--wait", "/w", "--user", name.c_str()});
  ASSERT_TRUE(command.has_value()) << command.error().message();
  EXPECT_EQ(std::get<LoadOptions>(*command).authorization, "Basic bWU6c2VjcmV0");
}

}  // namespace
}  // namespace gyr::load
