#include "main/configuration.h"

#include <fmt/format.h>

#include <cctype>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "expression/convert.h"
#include "expression/template.h"
#include "syntax/yaml.h"

namespace gyr::main {
namespace {

using base::Value;

constexpr size_t max_file = 4 * 1024 * 1024;

/// Letters and digits in lower case: `kestra.server.basic-auth` and `KESTRA_SERVER_BASIC_AUTH` have the same.
std::string normal(std::string_view key) {
  std::string out;
  for (char c : key) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return out;
}

/// Looks a dotted key up in nested maps whose own keys may be dotted, too.
const Value* find_key(const Value& map, std::string_view key) {
  if (!map.is_map()) return nullptr;
  std::string wanted = normal(key);
  for (const auto& entry : map.entries()) {
    if (normal(entry.name()) == wanted) return &entry.value;
  }
  for (size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', dot + 1)) {
    std::string head = normal(key.substr(0, dot));
    for (const auto& entry : map.entries()) {
      if (normal(entry.name()) != head) continue;
      if (const Value* found = find_key(entry.value, key.substr(dot + 1))) return found;
    }
  }
  return nullptr;
}

/// `${NAME}` and `${NAME:default}` in texts of the file, as Micronaut replaces them.
std::string with_variables(std::string_view text, const std::map<std::string, std::string>& environment) {
  std::string out;
  size_t at = 0;
  for (;;) {
    size_t begin = text.find("${", at);
    size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    out.append(text.substr(at, begin - at));
    std::string_view inside = text.substr(begin + 2, end - begin - 2);
    size_t colon = inside.find(':');
    auto found = environment.find(std::string(inside.substr(0, colon)));
    if (found != environment.end()) {
      out.append(found->second);
    } else if (colon != std::string_view::npos) {
      out.append(inside.substr(colon + 1));
    } else {
      out.append(text.substr(begin, end - begin + 1));
    }
    at = end + 1;
  }
  out.append(text.substr(at));
  return out;
}

Value replace_variables(const Value& value, const std::map<std::string, std::string>& environment) {
  if (value.is_string() && value.text().find("${") != std::string_view::npos) {
    return Value::string(with_variables(value.text(), environment));
  }
  if (value.is_map()) {
    base::MapBuilder map;
    for (const auto& entry : value.entries()) map.set(entry.key, replace_variables(entry.value, environment));
    return map.build();
  }
  if (value.is_list()) {
    base::ListBuilder list;
    for (const Value& item : value.items()) list.push(replace_variables(item, environment));
    return list.build();
  }
  return value;
}

base::Error wrong(std::string_view key, std::string_view text, std::string_view wanted) {
  return base::Error(bad_configuration, fmt::format("configuration key `{}`: `{}` is not {}", key, text, wanted));
}

}  // namespace

base::Result<Configuration> Configuration::parse(std::string_view yaml, const std::string& name) {
  auto document = syntax::parse_yaml(yaml);
  if (!document) {
    return base::fail(
        base::Error(bad_configuration, name + ": " + document.error().message()).with_cause(document.error()));
  }
  Configuration configuration;
  Value root = (*document)->to_value();
  if (root.is_null()) return configuration;
  if (!root.is_map()) return base::fail(bad_configuration, name + ": a configuration is a YAML mapping");
  configuration.root_ = std::move(root);
  return configuration;
}

void Configuration::set(std::string_view variable, std::string_view text) {
  // GYR_… is short for KESTRA_… and also spells the keys below `gyr.`; which of the two a name means only its reader
  // knows.
  constexpr std::string_view own = "GYR_";
  if (variable.starts_with(own))
    single_.insert_or_assign(normal("KESTRA_" + std::string(variable.substr(own.size()))), std::string(text));
  single_.insert_or_assign(normal(variable), std::string(text));
}

base::Result<Configuration> Configuration::read(const std::string& file, const char* const* environment) {
  std::map<std::string, std::string> variables;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view line = *environment;
    size_t equals = line.find('=');
    if (equals != std::string_view::npos) variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  Configuration configuration;
  if (!file.empty()) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      return base::fail(base::Error(bad_configuration, "cannot read the configuration file `" + file + "`")
                            .with_hint("give another one with --config"));
    }
    std::ostringstream content;
    content << stream.rdbuf();
    if (content.view().size() > max_file) return base::fail(bad_configuration, "`" + file + "` is larger than 4 MB");
    GYR_TRY(configuration, parse(content.view(), file));
  }
  auto inline_document = variables.find("KESTRA_CONFIGURATION");
  if (inline_document != variables.end()) {
    GYR_TRY(Configuration stronger, parse(inline_document->second, "KESTRA_CONFIGURATION"));
    configuration = configuration.over(stronger);
  }
  configuration.root_ = replace_variables(configuration.root_, variables);
  for (const auto& [name, text] : variables) {
    if (name == "KESTRA_CONFIGURATION") continue;
    for (std::string_view prefix : {"KESTRA_", "GYR_", "MICRONAUT_", "DATASOURCES_", "ENDPOINTS_"}) {
      if (name.starts_with(prefix)) configuration.set(name, text);
    }
  }
  return configuration;
}

Configuration Configuration::over(const Configuration& stronger) const {
  Configuration merged = *this;
  merged.root_ = base::deep_merge(root_, stronger.root_);
  for (const auto& [key, text] : stronger.single_) merged.single_.insert_or_assign(key, text);
  return merged;
}

Value Configuration::value(std::string_view key) const {
  auto single = single_.find(normal(key));
  if (single != single_.end()) return Value::string(single->second);
  const Value* found = find_key(root_, key);
  return found == nullptr ? Value() : *found;
}

std::optional<std::string> Configuration::text(std::string_view key) const {
  Value found = value(key);
  if (found.is_null() || found.is_container()) return std::nullopt;
  return expression::to_text(found);
}

std::string Configuration::text(std::string_view key, std::string_view otherwise) const {
  auto found = text(key);
  return found ? *std::move(found) : std::string(otherwise);
}

base::Result<int64_t> Configuration::integer(std::string_view key, int64_t otherwise, int64_t least,
                                             int64_t most) const {
  auto found = text(key);
  if (!found || found->empty()) return otherwise;
  auto number = expression::to_integer(Value::string(*found));
  if (!number || !*number || **number < least || **number > most) {
    return base::fail(wrong(key, *found, fmt::format("a whole number from {} to {}", least, most)));
  }
  return **number;
}

base::Result<bool> Configuration::boolean(std::string_view key, bool otherwise) const {
  auto found = text(key);
  if (!found || found->empty()) return otherwise;
  if (base::equals_ignoring_case(*found, "true")) return true;
  if (base::equals_ignoring_case(*found, "false")) return false;
  return base::fail(wrong(key, *found, "true or false"));
}

base::Result<base::Duration> Configuration::duration(std::string_view key, base::Duration otherwise) const {
  auto found = text(key);
  if (!found || found->empty()) return otherwise;
  if (auto converted = expression::to_duration(Value::string(*found)); converted && *converted) return **converted;
  // Micronaut's short forms: 30s, 5m, 1h, 200ms, 2d.
  size_t digits = found->find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string::npos && digits < 16) {
    int64_t amount = std::stoll(found->substr(0, digits));
    std::string_view unit = std::string_view(*found).substr(digits);
    if (unit == "ms") return base::Duration::of_millis(amount);
    if (unit == "s") return base::Duration::of_seconds(amount);
    if (unit == "m") return base::Duration::of_seconds(amount * 60);
    if (unit == "h") return base::Duration::of_seconds(amount * 3600);
    if (unit == "d") return base::Duration::of_seconds(amount * 86400);
  }
  return base::fail(wrong(key, *found, "a duration such as PT30S or 30s"));
}

std::vector<std::string> Configuration::list(std::string_view key) const {
  std::vector<std::string> items;
  Value found = value(key);
  if (found.is_list()) {
    for (const Value& item : found.items()) items.push_back(expression::to_text(item));
  } else if (found.is_string()) {
    for (std::string_view part : base::split(found.text(), ',')) {
      if (!base::trim(part).empty()) items.emplace_back(base::trim(part));
    }
  }
  return items;
}

}  // namespace gyr::main
