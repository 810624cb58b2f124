// From what was sent to what is stored: the values of inputs and flow outputs by type (FLOW-22, FLOW-23, FLOW-45).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "model/encryptor.h"
#include "model/input.h"

namespace gyr::model {

/// Converts one value to a type. `raw` is a text of a form or a value of any kind; it is not null and, for inputs, not
/// an empty text. A SECRET is not encrypted here. The message of the error is only the cause, without the name of the
/// input.
base::Result<base::Value> parse_value(InputType type, InputType item_type, const base::Value& raw);

/// What is wrong with a value that was read: bounds, pattern, membership. One text for each finding; empty: fine.
/// `choices` are the values of a SELECT or MULTISELECT after its expression was rendered; null: those it lists.
std::vector<std::string> check_value(const Input& input, const base::Value& value,
                                     const std::vector<std::string>* choices);

/// ``Invalid value for input `x`. Cause: …``
std::string input_message(std::string_view id, std::string_view cause);
/// ``Invalid value for output `x`. Cause: …``
std::string output_message(std::string_view id, std::string_view cause);

/// The value at a dotted id: the key itself, otherwise the nested key; a null pointer if there is none.
const base::Value* find_nested(const base::Value& root, std::string_view id);

}  // namespace gyr::model
