// `gyr doctor`.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/testing/run_command.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using ::testing::HasSubstr;

/// The status of a check in the JSON of the command; the worst if there are several.
std::string status_of(const std::string& json, std::string_view check) {
  auto list = syntax::parse_json(json);
  if (!list || !list->is_list()) return "no list";
  std::string worst = "missing";
  for (const base::Value& found : list->items()) {
    if (found.find("check")->text() != check) continue;
    const std::string status(found.find("status")->text());
    if (worst == "missing" || status == "error" || (status == "warning" && worst == "ok")) worst = status;
  }
  return worst;
}

TEST(Doctor, ChecksEverything) {
  testing::Files files;
  const auto result = testing::run({"doctor", "--data", files.path("data"), "--port", "0", "--json"});
  for (const char* check :
       {"configuration", "space", "disk", "clock", "limits", "containers", "interpreters", "storage", "port"})
    EXPECT_NE(status_of(result.out, check), "missing") << check << result.out;
  EXPECT_EQ(status_of(result.out, "port"), "ok");
  EXPECT_NE(status_of(result.out, "disk"), "error");
  const auto text = testing::run({"doctor", "--data", files.path(), "--port", "0"});
  EXPECT_THAT(text.out, HasSubstr("a synchronous write takes "));
  EXPECT_TRUE(text.out.starts_with("gyr 1.2.3 (abc1234)\n")) << text.out;
  EXPECT_EQ(text.out.find("******"), std::string::npos);
}

TEST(Doctor, SaysWhatToDo) {
  testing::Files files;
  const std::string config = files.put("wrong.yml", "wrong: yes\n");
  const auto wrong = testing::run({"doctor", "--data", files.path(), "--port", "0", "--config", config});
  EXPECT_EQ(wrong.code, exit_failed);
  EXPECT_THAT(wrong.out, HasSubstr("1 errors, 0 warnings"));
  EXPECT_THAT(wrong.out, HasSubstr("`gyr config check " + config + "` shows them"));
  const auto missing = testing::run({"doctor", "--data", files.path(), "--port", "0", "--config", "/no/such.yml"});
  EXPECT_EQ(missing.code, exit_failed);
  EXPECT_THAT(missing.out, HasSubstr("/no/such.yml"));
}

TEST(Doctor, SeesAPortInUse) {
  testing::Files files;
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const auto result = testing::run({"doctor", "--data", files.path(), "--port", port, "--json"});
  EXPECT_EQ(status_of(result.out, "port"), "warning") << result.out;
  ::close(listener);
  EXPECT_EQ(testing::run({"doctor", "--port", "http"}).code, exit_usage);
}

}  // namespace
}  // namespace gyr::cli
