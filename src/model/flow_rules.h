// Rules over a whole flow: the table of FLOW-6, and the part of the advice of FLOW-7 that needs no server.
#pragma once

#include <string_view>
#include <unordered_set>

#include "model/flow.h"
#include "model/schema.h"

namespace gyr::model {

/// Ids that would clash with paths of the API (FLOW-5).
bool is_reserved_flow_id(std::string_view id);

/// Which rules an installation has switched on.
struct FlowRuleOptions {
  bool allow_assets = true;  ///< an open-source edition of the reference refuses them
};

/// Reports every rule that the flow breaks. Findings about the flow as a whole have an empty path and the position of
/// the first cause. `node` is the flow as written.
void check_flow(const Flow& flow, const syntax::NodePtr& node, const FlowRuleOptions& options, BindContext& context);

/// Adds warnings about what is valid but cannot be meant.
void advise_on_flow(const Flow& flow, BindContext& context);

/// Whether a text has a reference such as `{{ inputs.my-key }}` to one of the ids, which contain a dash.
bool has_dash_reference(std::string_view text, std::string_view root,
                        const std::unordered_set<std::string_view>& dashed_ids);

}  // namespace gyr::model
