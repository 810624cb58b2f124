// The filter `ansible_inventory` (PLUG-233): what becomes a host, and what is refused.
#include <gmock/gmock.h>

#include "expression/template.h"
#include "expression/testing_host.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using ::testing::HasSubstr;

std::string inventory(std::string_view rows, std::string_view arguments = "") {
  auto parsed = syntax::parse_json(rows);
  EXPECT_TRUE(parsed.has_value()) << rows;
  const auto outcome = testing::render(fmt::format("{{{{ rows | ansible_inventory({}) }}}}", arguments),
                                       base::Value::map({{"rows", parsed ? *parsed : base::Value()}}));
  return outcome.failed() ? outcome.error().message() : testing::text_of(outcome);
}

constexpr std::string_view devices = R"([
  {"name": "b", "primary_ip4": {"address": "10.0.0.2/24"}, "role": {"slug": "web-server"}, "tags": [{"name": "x"}, {"name": "1 y"}]},
  {"name": "a", "primary_ip4": null, "primary_ip6": {"address": "2001:db8::1/64"}, "role": null, "tags": []},
  {"name": "c", "role": {"name": "Database"}, "tags": [{"name": "x"}]}])";

TEST(AnsibleInventory, HasHostsAndGroups) {
  EXPECT_EQ(inventory(devices), "b ansible_host=10.0.0.2\na ansible_host=2001:db8::1\nc\n");
  EXPECT_EQ(inventory(devices, "'role'"),
            "a ansible_host=2001:db8::1\n[Database]\nc\n[web_server]\nb ansible_host=10.0.0.2\n");
  EXPECT_EQ(inventory(devices, "'tags', 'address'"),
            "a address=2001:db8::1\n[_1_y]\nb address=10.0.0.2\n[x]\nb address=10.0.0.2\nc\n");
  EXPECT_EQ(inventory(devices, "groupBy='role.slug', format='JSON'"),
            R"({"all":{"hosts":{"a":{"ansible_host":"2001:db8::1"},"c":{}},"children":{"web_server":{"hosts":{"b":)"
            R"({"ansible_host":"10.0.0.2"}}}}}})");
  EXPECT_EQ(inventory("[]", "'role'"), "");
}

TEST(AnsibleInventory, RefusesWhatWouldBeAnotherLine) {
  for (std::string_view name : {"", "a b", "a\\nb", "a=b", "-x", "a;b", "a#b", "[all]", "ü"}) {
    EXPECT_THAT(inventory(fmt::format(R"([{{"name": "{}"}}])", name)), HasSubstr("cannot be the name of a host"))
        << name;
  }
  EXPECT_THAT(inventory(R"([{"name": "a", "primary_ip": "10.0.0.1 x=y"}])"), HasSubstr("cannot be the address of"));
  EXPECT_THAT(inventory(R"([{"name": null}])"), HasSubstr("needs rows with a `name`"));
  EXPECT_THAT(inventory(R"([1])"), HasSubstr("needs rows with a `name`"));
  EXPECT_THAT(inventory(R"({"name": "a"})"), HasSubstr("expects a list of devices"));
  EXPECT_THAT(inventory("[]", "'x', 'a b'"), HasSubstr("cannot be the name of a variable"));
  EXPECT_THAT(inventory("[]", "format='XML'"), HasSubstr("none of INI and JSON"));
}

}  // namespace
}  // namespace gyr::expression
