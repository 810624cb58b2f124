// Every key of the configuration, as its descriptions give them: for variables, for people and for editors.
#pragma once

#include <string>
#include <vector>

#include "base/value.h"
#include "model/schema.h"

namespace gyr::main::config {

/// A key with a value of its own: no section. `property` lives as long as the program.
struct Key {
  std::vector<std::string> names;  ///< from the top: `kestra`, `retries`, `delay`
  std::string path;                ///< `kestra.retries.delay`
  const model::Property* property = nullptr;
  std::string variable;  ///< `KESTRA_RETRIES_DELAY`
};

/// All of them in the order of the descriptions. Keys of the entries of a list are not among them.
const std::vector<Key>& all_keys();

/// `a whole number from 0 to 65535`: what a value of this property is.
std::string wanted_value(const model::TypeInfo& type, const model::PropertyOptions& options);

/// For `gyr config list`: a list of {key, type, values, default, defaultText, limits, title, documentation, variable,
/// required, secret, deprecated}, what does not apply left out. `defaultText` says a default in words; it is the first
/// sentence of the documentation in the description: `Default: 16 per processor.` Keys of entries of a list are
/// `kestra.plugins.defaults[].type`.
base::Value keys_document();
/// The configuration in use, for people: the values that `given` has, by name below their sections, and the defaults of
/// the others. Secrets are stars; keys without a value and without a default are left out.
base::Value effective_document(const base::Value& given);
/// A JSON Schema of the configuration file, for editors.
base::Value schema_document();

}  // namespace gyr::main::config
