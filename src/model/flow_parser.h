// From source text to a flow with everything that is to be said about it (FLOW-1 to FLOW-8).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/flow.h"
#include "model/flow_rules.h"
#include "model/plugin_defaults.h"
#include "model/schema.h"
#include "syntax/diagnostic.h"

namespace gyr::model {

/// What parsing a flow depends on besides its source. Borrowed for the call.
struct ParseOptions {
  /// Defaults of the installation; those of namespaces have priority.
  std::span<const DefaultLevel> defaults;
  FlowRuleOptions rules;
  /// Warnings and other advice; the executor, which only runs what was saved, needs none.
  bool advise = true;
  const NamespaceDefaults* namespaces = nullptr;  ///< null if the namespaces have no defaults
  std::string tenant = "main";                    ///< whose namespaces those are
};

/// The result of parsing: a flow if there are no errors, and always the findings for users and the REST interface.
struct ParsedFlow {
  std::shared_ptr<Flow> flow;                   ///< null if there is an error; its revision is set when it is stored
  std::vector<syntax::Diagnostic> diagnostics;  ///< errors first as they were met, then warnings
  std::vector<std::string> deprecated_paths;    ///< FLOW-7
  std::vector<std::string> infos;               ///< `<alias> is replaced by <type>`
  syntax::NodePtr node;                         ///< null if the source is not YAML
  // As far as the source contains them, even if the flow is not valid.
  std::string id;
  std::string namespace_;
  std::optional<int32_t> revision;  ///< written in the source (`outdated`, FLOW-7)

  bool ok() const { return flow != nullptr; }
  /// The first error; null without one.
  const syntax::Diagnostic* first_problem() const;
  /// Message of the first error; empty without one.
  std::string first_error() const;
  /// Texts of the warnings.
  std::vector<std::string> warnings() const;
};

ParsedFlow parse_flow(std::string_view source, const TypeSource& types, const ParseOptions& options = {});
/// The same for a document that was parsed already, for example a JSON body.
ParsedFlow parse_flow(const syntax::NodePtr& document, const TypeSource& types, const ParseOptions& options = {});

/// One task or trigger without a flow, as the editor validates it (API-91). Plugin defaults are not applied.
ParsedFlow parse_task(std::string_view source, const TypeSource& types);
ParsedFlow parse_trigger(std::string_view source, const TypeSource& types);

/// The source without a top-level line `revision: N` (FLOW-1); everything else byte for byte.
std::string strip_revision_line(std::string_view source);

/// How paths name tasks and inputs: `tasks[1].message`, or `b.message` where the task has an id.
enum class PathStyle { position, id };

/// The errors in the format of the REST interface, one line each (FLOW-6).
std::string violation_lines(const ParsedFlow& parsed, PathStyle style);
/// Message of a refused save: `Invalid entity: …`. Empty for a flow without errors.
std::string invalid_entity_message(const ParsedFlow& parsed);
/// `constraints` of the validate operation: `Validation error: …`; nothing for a flow without errors.
std::optional<std::string> validation_constraints(const ParsedFlow& parsed);

}  // namespace gyr::model
