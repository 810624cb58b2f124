// A property of a task or trigger that is rendered when the task runs (TASK-3).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/value.h"
#include "expression/template.h"
#include "syntax/node.h"

namespace gyr::model {

/// The untyped part: what the author wrote, compiled. Immutable once bound; safe on any thread.
class DynamicSource {
 public:
  DynamicSource() = default;
  /// The node's own value is the source.
  explicit DynamicSource(syntax::NodePtr node);
  /// `source` is what the node means to this property: the text of a number where the property is text.
  DynamicSource(syntax::NodePtr node, base::Value source);
  /// A value from a default in code instead of a source text.
  explicit DynamicSource(base::Value value);

  /// Written by the author, or given by a default.
  bool is_set() const { return template_ != nullptr; }
  const expression::ValueTemplate& value_template() const { return *template_; }
  const base::Value& source() const { return template_->source(); }
  /// Null if the value has no source text.
  const syntax::NodePtr& node() const { return node_; }

 private:
  syntax::NodePtr node_;
  std::shared_ptr<const expression::ValueTemplate> template_;
};

/// A dynamic property whose rendered value is converted to T (EXPR-345 ff). RunContext::render returns the T. T:
/// std::string, int64_t, double, bool, base::Duration, base::Instant, an enumeration with EnumNames, std::vector<T>,
/// std::map<std::string, T>, base::Value (anything; strings are rendered to strings), Typed (anything; expressions keep
/// their native type, EXPR-2).
template <class T>
class Dynamic : public DynamicSource {
 public:
  using Target = T;
  using DynamicSource::DynamicSource;
};

/// Tag for values rendered typed.
struct Typed {
  base::Value value;
};

}  // namespace gyr::model
