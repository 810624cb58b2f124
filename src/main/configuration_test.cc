// Configuration: files, the environment over them, and how keys are spelled.
#include "main/configuration.h"

#include <gtest/gtest.h>

namespace gyr::main {
namespace {

Configuration from(std::initializer_list<const char*> environment) {
  std::vector<const char*> lines(environment);
  lines.push_back(nullptr);
  auto read = Configuration::read("", lines.data());
  EXPECT_TRUE(read.has_value()) << read.error().to_string();
  return *std::move(read);
}

TEST(Configuration, OwnVariablesSetOwnKeys) {  // principle: stable interfaces
  auto configuration = from({"GYR_RETENTION_EXECUTION_DAYS=7"});
  EXPECT_EQ(*configuration.integer("gyr.retention.execution-days", 30, 0, 36'500), 7);
}

TEST(Configuration, OwnVariablesAreShortForKestras) {  // principle: stable interfaces
  auto configuration = from({"GYR_SERVER_BASICAUTH_USERNAME=a@b.c", "GYR_URL=http://one", "KESTRA_URL=http://two"});
  EXPECT_EQ(configuration.text("kestra.server.basic-auth.username"), "a@b.c");
  EXPECT_EQ(configuration.text("kestra.url"), "http://two") << "the full name wins";
}

TEST(Configuration, VariablesLieOverTheirDocument) {
  auto configuration =
      from({"KESTRA_CONFIGURATION=gyr: {retention: {execution-days: 3}}", "GYR_RETENTION_EXECUTIONDAYS=4"});
  EXPECT_EQ(*configuration.integer("gyr.retention.execution-days", 30, 0, 36'500), 4);
}

TEST(Configuration, OtherVariablesAreNotRead) {
  auto configuration = from({"GYRRETENTION=1", "PATH=/bin", "=x", "nonsense"});
  EXPECT_FALSE(configuration.text("gyr.retention").has_value());
  EXPECT_FALSE(configuration.text("path").has_value());
}

TEST(Configuration, WrongValuesNameTheirKey) {
  auto configuration = from({"GYR_RETENTION_EXECUTION_DAYS=soon"});
  auto days = configuration.integer("gyr.retention.execution-days", 30, 0, 36'500);
  ASSERT_FALSE(days.has_value());
  EXPECT_NE(days.error().message().find("gyr.retention.execution-days"), std::string::npos) << days.error().message();
}

}  // namespace
}  // namespace gyr::main
