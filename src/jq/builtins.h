// The functions of jq 1.6 (EXPR-226, EXPR-228): explicit lists, one file for each group.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/value.h"
#include "jq/interpreter.h"

namespace gyr::jq {

/// One builtin. Exactly one of the two functions is set: `value` computes one result from the input and the values of
/// its arguments; `filter` gets its arguments as filters.
struct Builtin {
  std::string_view name;
  size_t arity;
  bool (*value)(Interpreter&, const base::Value& input, std::span<const base::Value> arguments,
                base::Value& out) = nullptr;
  bool (*filter)(Interpreter&, const Node& call, const Scope* scope, const base::Value& input, const PathStep* path,
                 Emit emit) = nullptr;
};

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

/// Whether `@name` is a format, and its text of a value.
bool is_format(std::string_view name);
bool apply_format(Interpreter& interpreter, std::string_view name, const base::Value& value, std::string& out);

/// Definitions in jq itself.
extern const std::string_view prelude_text;

}  // namespace gyr::jq
