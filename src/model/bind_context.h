// BindContext: the findings of one parse, with their paths; and what every report about a node says.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "syntax/diagnostic.h"
#include "syntax/node.h"

namespace gyr::model {

class TypeSource;

/// Collects the findings while a tree is bound, with their paths. One thread, one parse.
class BindContext {
 public:
  explicit BindContext(const TypeSource& types) : types_(types) {}

  const TypeSource& types() const { return types_; }
  std::vector<syntax::Diagnostic>& diagnostics() { return diagnostics_; }
  bool failed() const { return errors_ != 0; }
  /// How many errors and defects there are so far.
  size_t problems() const { return problems_; }

  /// RAII: `Scope key(context, "tasks"); Scope item(context, 0);` gives the path `tasks[0]`.
  class Scope {
   public:
    Scope(BindContext& context, std::string_view name);
    Scope(BindContext& context, size_t index);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    BindContext& context_;
    size_t length_;
  };

  const std::string& path() const { return path_; }
  /// Reports an error at the current path and the given place.
  syntax::Diagnostic& report(base::ErrorCode code, std::string message, const syntax::Span& span);
  /// The same at the position of a node. If the node came from a default of a namespace or of the installation, the
  /// finding is not an error of this flow: it becomes a warning, and a defect of the task (FLOW-64).
  syntax::Diagnostic& report(base::ErrorCode code, std::string message, const syntax::NodePtr& node);
  /// Advice; the flow stays valid.
  syntax::Diagnostic& warn(base::ErrorCode code, std::string message, const syntax::Span& span);

  /// A deprecated property or type is in use: its path for the REST interface, and an advice at its place.
  void deprecated(std::string path, const syntax::Span& span = {}, std::string help = {});
  /// A type is named by an alias.
  void replaced(std::string alias, std::string type, const syntax::Span& span = {});
  const std::vector<std::string>& deprecated_paths() const { return deprecated_; }
  const std::vector<std::pair<std::string, std::string>>& replaced_types() const { return replaced_; }

  /// Nodes that plugin defaults from outside the flow brought in.
  void set_foreign(const std::unordered_set<const syntax::Node*>* nodes) { foreign_ = nodes; }
  /// The defects that report() has recorded since the last call, joined with `, `.
  std::string take_defect() { return std::exchange(defect_, {}); }
  void set_defect(std::string defect) { defect_ = std::move(defect); }

 private:
  const TypeSource& types_;
  std::string path_;
  std::vector<syntax::Diagnostic> diagnostics_;
  size_t errors_ = 0;
  size_t problems_ = 0;
  std::vector<std::string> deprecated_;
  std::vector<std::pair<std::string, std::string>> replaced_;
  const std::unordered_set<const syntax::Node*>* foreign_ = nullptr;
  std::string defect_;
};

/// What the scalar says, as text: numbers as written, quoted text unquoted, booleans as written.
std::string scalar_text(const syntax::Node& node);

namespace detail {

/// What a kind of value is called in messages for people, such as `expected a list`.
std::string needed(std::string_view expected);
/// Reports a value of the wrong kind. `type` is the name of the type in the reference; `expected` is what is needed,
/// such as `a list`.
void report_kind(std::string_view type, std::string_view expected, const syntax::NodePtr& node, BindContext& context);

}  // namespace detail

}  // namespace gyr::model
