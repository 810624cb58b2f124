// An inventory of Ansible from rows of devices (PLUG-233).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/registry.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::expression {
namespace {

using base::Value;

/// One device as the inventory shows it.
struct Host {
  std::string name;
  std::string address;  ///< empty: not known
};

struct Inventory {
  std::vector<Host> hosts;  ///< of no group, or all of them
  std::map<std::string, std::vector<Host>> groups = {};
};

bool is_plain(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

/// Whether a text may stand in an inventory as it is: no blank, no line end and no `=`, which would begin something
/// else.
bool is_host_text(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, [](char character) {
    return is_plain(character) || character == '.' || character == '-' || character == '_' || character == ':';
  });
}

/// Ansible knows groups by letters, digits and underscores.
std::string group_name(std::string_view text) {
  std::string name(text);
  for (char& character : name) {
    if (!is_plain(character)) character = '_';
  }
  if (!name.empty() && name.front() >= '0' && name.front() <= '9') name.insert(0, "_");
  return name;
}

/// The member of a row at a path such as `site.slug`; null if there is none.
Value member_at(const Value& row, std::string_view path) {
  Value found = row;
  for (std::string_view name : base::split(path, '.')) {
    const Value* member = found.is_map() ? found.find(name) : nullptr;
    if (member == nullptr) return {};
    const Value next = *member;
    found = next;
  }
  return found;
}

/// The names of the groups that a value means: of an object its slug, value or name.
void add_groups(const Value& value, std::vector<std::string>& names) {
  if (value.is_list()) {
    for (const Value& item : value.items()) add_groups(item, names);
    return;
  }
  if (value.is_map()) {
    for (std::string_view key : {"slug", "value", "name"}) {
      if (const Value* member = value.find(key); member != nullptr && !member->is_null())
        return add_groups(*member, names);
    }
    return;
  }
  if (value.is_null()) return;
  const std::string name = group_name(to_text(value));
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// The address of `primary_ip4`, or else of `primary_ip6` or `primary_ip`, without the length of its prefix.
std::string address_of(const Value& row) {
  for (std::string_view key : {"primary_ip4", "primary_ip6", "primary_ip"}) {
    const Value* ip = row.find(key);
    if (ip == nullptr || ip->is_null()) continue;
    const Value* address = ip->is_map() ? ip->find("address") : ip;
    if (address == nullptr || !address->is_string()) continue;
    const std::string_view text = address->text();
    return std::string(text.substr(0, text.find('/')));
  }
  return {};
}

/// The problem of the first row that no inventory can have; nothing if there is none.
std::optional<std::string> collect(const Value& rows, std::string_view group_by, Inventory& inventory) {
  for (const Value& row : rows.items()) {
    const Value* name = row.is_map() ? row.find("name") : nullptr;
    if (name == nullptr || !name->is_string()) return "The 'ansible_inventory' filter needs rows with a `name`.";
    Host host{std::string(name->text()), address_of(row)};
    if (!is_host_text(host.name)) return fmt::format("`{}` cannot be the name of a host in an inventory.", host.name);
    if (!host.address.empty() && !is_host_text(host.address))
      return fmt::format("`{}` cannot be the address of the host {}.", host.address, host.name);
    std::vector<std::string> names;
    if (!group_by.empty()) add_groups(member_at(row, group_by), names);
    if (names.empty()) inventory.hosts.push_back(host);
    for (const std::string& group : names) inventory.groups[group].push_back(host);
  }
  return std::nullopt;
}

std::string ini_of(const Inventory& inventory, std::string_view host_var) {
  std::string out;
  auto write = [&](const std::vector<Host>& hosts) {
    for (const Host& host : hosts) {
      out += host.name;
      if (!host.address.empty()) out += fmt::format(" {}={}", host_var, host.address);
      out += '\n';
    }
  };
  write(inventory.hosts);
  for (const auto& [name, hosts] : inventory.groups) {
    out += fmt::format("[{}]\n", name);
    write(hosts);
  }
  return out;
}

/// The form that Ansible reads from a file: `all` with hosts and groups.
std::string json_of(const Inventory& inventory, std::string_view host_var) {
  auto hosts_value = [&](const std::vector<Host>& hosts) {
    base::MapBuilder map;
    for (const Host& host : hosts) {
      base::MapBuilder variables;
      if (!host.address.empty()) variables.set(std::string(host_var), Value::string(host.address));
      map.set(host.name, variables.build());
    }
    return map.build();
  };
  base::MapBuilder children;
  for (const auto& [name, hosts] : inventory.groups) children.set(name, Value::map({{"hosts", hosts_value(hosts)}}));
  base::MapBuilder all;
  all.set("hosts", hosts_value(inventory.hosts));
  if (!inventory.groups.empty()) all.set("children", children.build());
  return syntax::write_json(Value::map({{"all", all.build()}}));
}

Operand ansible_inventory(Invocation& call) {
  if (!call.value().is_list())
    return call.fail("The 'ansible_inventory' filter expects a list of devices, such as the rows of device.List.");
  const std::string group_by = call.given(0) ? call.text_of(call.argument(0)) : std::string();
  const std::string host_var = call.given(1) ? call.text_of(call.argument(1)) : "ansible_host";
  const std::string format = call.given(2) ? call.text_of(call.argument(2)) : "INI";
  if (host_var.empty() || group_name(host_var) != host_var)
    return call.fail(fmt::format("`{}` cannot be the name of a variable of Ansible.", host_var));
  if (format != "INI" && format != "JSON")
    return call.fail(fmt::format("`{}` is none of INI and JSON, the formats of an inventory.", format));
  if (!call.charge(call.value().size())) return Operand::failed();
  Inventory inventory;
  if (auto problem = collect(call.value(), group_by, inventory)) return call.fail(*problem);
  return call.text(format == "INI" ? ini_of(inventory, host_var) : json_of(inventory, host_var));
}

constexpr Parameter inventory_parameters[] = {{.name = "groupBy"}, {.name = "hostVar"}, {.name = "format"}};

constexpr Entry inventory_entries[] = {
    {.name = "ansible_inventory",
     .run = ansible_inventory,
     .parameters = inventory_parameters,
     .traits = addition,
     .summary = "an inventory of Ansible, as INI or JSON, from devices of NetBox",
     .example =
         R"({{ [{"name": "web-1", "site": {"slug": "north"}, "primary_ip4": {"address": "10.0.0.5/24"}}] | ansible_inventory("site") }})",
     .result = "[north]\nweb-1 ansible_host=10.0.0.5\n"},
};

}  // namespace

std::span<const Entry> inventory_filters() { return inventory_entries; }

}  // namespace gyr::expression
