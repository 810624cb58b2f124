#include "expression/host_calls.h"

#include <fmt/format.h>

#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;

std::string argument(const HostCall& call, std::string_view name) {
  const Value* value = call.arguments.find(name);
  return value == nullptr ? std::string() : to_text(*value);
}

}  // namespace

base::Result<Value> secret_value(const HostCall& call, std::string_view secret) {
  Value value = Value::string(secret);
  if (std::string subkey = argument(call, "subkey"); !subkey.empty()) {
    std::string key = argument(call, "key");
    auto parsed = syntax::parse_json(secret);
    if (!parsed || !parsed->is_map()) {
      return base::fail(evaluation_failed,
                        fmt::format("Failed to read secret sub-key '{}' from secret '{}'. Ensure the "
                                    "secret contains valid JSON value.",
                                    subkey, key));
    }
    const Value* member = parsed->find(subkey);
    if (member == nullptr) {
      return base::fail(evaluation_failed, fmt::format("Cannot find secret sub-key '{}' in secret '{}'.", subkey, key));
    }
    value = Value::string(to_text(*member));
  }
  const Value* full = call.arguments.find("full");
  bool wants_map = full != nullptr && full->is_boolean() && full->as_boolean();
  return wants_map ? Value::map({{"value", value}}) : value;
}

}  // namespace gyr::expression
