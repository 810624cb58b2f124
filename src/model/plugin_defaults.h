// Plugin defaults: values that are merged into the maps of a flow before it is bound (FLOW-60 to FLOW-65).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "model/flow.h"
#include "model/schema.h"
#include "syntax/node.h"

namespace gyr::model {

/// The defaults of one level. Levels are ordered from near to far: those of the flow, its namespace, the parents of the
/// namespace, the installation.
struct DefaultLevel {
  std::vector<PluginDefault> defaults;
  bool own = false;  ///< of the flow itself: an error in it is an error of the flow
};

/// The current configuration of namespaces, for their flows (GOV-2, GOV-4). Any thread.
class NamespaceDefaults {
 public:
  virtual ~NamespaceDefaults() = default;
  /// Of the namespace and its parents, merged. Null if there is none.
  virtual base::Value variables(std::string_view tenant, std::string_view namespace_) const = 0;
  /// Of the namespace, then of its parents; those that have none are left out.
  virtual std::vector<DefaultLevel> levels(std::string_view tenant, std::string_view namespace_) const = 0;
};

/// A flow's source with all defaults brought into it, and what was found on the way.
struct MergedFlow {
  syntax::NodePtr node;                             ///< the flow with all defaults
  std::unordered_set<const syntax::Node*> foreign;  ///< nodes that came from levels that are not the flow's own
  std::vector<std::pair<std::string, syntax::NodePtr>>
      unknown_refs;        ///< pluginDefaultsRef that no default has, and where
  bool too_large = false;  ///< the defaults multiply beyond all bounds: `node` is not complete
};

/// Brings the defaults into every map that has a `type`, innermost maps first (FLOW-61). Properties that the type does
/// not know are left out. Pure.
MergedFlow merge_plugin_defaults(const syntax::NodePtr& flow, std::span<const DefaultLevel> levels,
                                 const TypeSource& types);

/// Plugin defaults from a namespace or the configuration, as a list of maps {type, values, forced, ref}. An invalid
/// entry is skipped and reported in `problems`.
DefaultLevel plugin_defaults_of(const base::Value& list, std::vector<std::string>& problems);

/// The rules of FLOW-65 over the flow's own defaults.
void check_plugin_defaults(std::span<const PluginDefault> defaults, const syntax::NodePtr& list, BindContext& context);

/// Merges the defaults into the node of the author: maps are merged by key; a list has the items of the default and
/// then those of the author; an explicit null is filled; any other value of the author stays (FLOW-62).
syntax::NodePtr merge_under(const syntax::NodePtr& author, const syntax::NodePtr& default_);
/// The node over the author's: maps merge by key, lists are the author's and then what the default adds, everything
/// else is the default's (FLOW-63).
syntax::NodePtr merge_over(const syntax::NodePtr& author, const syntax::NodePtr& default_);

}  // namespace gyr::model
