// What expressions may put into the inventories and host patterns of Ansible's commands (PLUG-119).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "model/dynamic.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::cli {

inline constexpr base::ErrorCode unsafe_inventory{"GYR-P053"};  ///< a value that would be more than a name there

/// An expression in a text of the author, and where it stands.
struct InventoryPart {
  enum class Place : uint8_t { bare, single_quoted, double_quoted, line };
  std::string expression;  ///< with its braces
  Place place = Place::bare;
  bool first = false;  ///< nothing stands in front of it in its word or line
};

/// The expressions in the values of the options -i and -l of a command, and the files that -i names. Commands with
/// blocks (`{% … %}`) give no parts: what they become is not known before they are rendered.
struct InventoryWords {
  std::vector<InventoryPart> parts;
  std::vector<std::string> files;
};
InventoryWords inventory_words(std::string_view command);
/// The expressions in lines that also have text of the author. An expression alone in its line may be a whole
/// inventory.
std::vector<InventoryPart> inventory_lines(std::string_view file);
/// Why the value cannot stand at the place of the part; empty if it can.
std::string_view problem_of(const InventoryPart& part, std::string_view value);

/// Renders each of these expressions and refuses a value that would end its word or line: the name of a host in an
/// alert must not become a command or a second host. `commands` and `input_files` are what the author wrote.
base::Task<base::Result<void>> check_inventories(plugin::RunContext& context, const base::Value& commands,
                                                 const base::Value& input_files, const base::Value& variables);

}  // namespace gyr::plugins::cli
