#include "cli/command_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "cli/suggestions.h"

namespace gyr::cli {
namespace {

template <class Info>
const Info* find_named(std::span<const Info> all, std::string_view name, std::string_view Info::* member) {
  auto found = std::ranges::find_if(all, [&](const Info& info) { return info.*member == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const CommandInfo* find_command(std::string_view path) { return find_named(all_commands(), path, &CommandInfo::path); }
const GroupInfo* find_group(std::string_view name) { return find_named(all_groups(), name, &GroupInfo::name); }

void resolve_alias(std::vector<std::string>& names) {
  auto known = [&](const std::string& path) { return find_command(path) != nullptr || find_group(path) != nullptr; };
  const std::string path = fmt::format("{}", fmt::join(names, " "));
  if (known(path)) return;
  if (const std::string_view other = other_path(path); !other.empty()) {
    names.clear();
    for (std::string_view word : base::split(other, ' ')) names.emplace_back(word);
    return;
  }
  for (std::string_view word : other_words(names.back())) {
    std::vector<std::string> tried = names;
    tried.back() = word;
    if (!known(fmt::format("{}", fmt::join(tried, " ")))) continue;
    names = std::move(tried);
    return;
  }
}

bool takes_value(std::string_view option) {
  for (std::string_view name : {"-c", "--config", "-l", "--log-level", "-p", "--plugins", "--server", "--host",
                                "--user", "--tenant", "--api-token", "--token", "--context", "--jq"}) {
    if (option == name) return true;
  }
  return false;
}

}  // namespace gyr::cli
