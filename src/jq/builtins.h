// The functions of jq 1.6 (EXPR-226, EXPR-228): explicit lists, one file for each group.
#pragma once

#include <span>
#include <string_view>

#include "base/value.h"
#include "jq/interpreter.h"

namespace gyr::jq {

/// A null pointer if there is none.
const Builtin* find_builtin(std::string_view name, size_t arity);
/// `name/arity` of all functions.
base::Value builtin_names();

std::span<const Builtin> core_builtins();
std::span<const Builtin> collection_builtins();
std::span<const Builtin> text_builtins();
std::span<const Builtin> math_builtins();
std::span<const Builtin> regex_builtins();
std::span<const Builtin> date_builtins();

/// Whether `@name` is a format; apply_format() of the interpreter gives its text of a value.
bool is_format(std::string_view name);

/// Definitions in jq itself.
extern const std::string_view prelude_text;

}  // namespace gyr::jq
