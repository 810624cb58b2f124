// Flows with their revisions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/execution.h"
#include "store/api/filters.h"
#include "store/api/visible.h"

namespace gyr::store {

/// One revision of a flow. The current one is the newest that is not a draft. Deleting a flow writes a revision with
/// `deleted` (FLOW-91).
struct FlowRow {
  model::FlowKey key;
  int32_t revision = 1;
  std::string source;  ///< byte for byte as sent, without a top-level `revision:` line (FLOW-1)
  bool deleted = false;
  bool disabled = false;
  base::Instant updated;
  std::vector<model::Label> labels;
  std::string description;
  std::string exception;  ///< why it cannot be parsed any more (FLOW-94); normally empty
  /// Stored, but never executed. It is the current revision only as long as the flow has no other.
  bool draft = false;
  int32_t newest = 0;  ///< the highest number of a revision that the flow has had, drafts included; not written
};

/// A query for the current revisions of flows; empty fields do not restrict it.
struct FlowQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<LabelFilter> labels;
  std::string text;                    ///< case-insensitive, in id, namespace, description, labels; empty: all
  std::vector<std::string> not_texts;  ///< in none of them
  std::string source_text;             ///< in the source
  bool drafts = true;                  ///< also flows that have only a draft
  /// If not empty, the conditions of one of these must hold as well; their tenant and visibility are those of the
  /// query.
  std::vector<FlowQuery> any_of = {};
  /// A namespace and an id: only the flows after this one. For lists that are read in parts while flows come and go;
  /// without `order`.
  std::optional<std::pair<std::string, std::string>> after;
  std::vector<Order> order;
  Paging paging;
};

/// Reads flows from a snapshot; see Reader.
class FlowReader {
 public:
  virtual ~FlowReader() = default;

  /// `revision` 0 means the current one; a deleted flow is returned with `deleted` set.
  virtual base::Result<std::optional<FlowRow>> flow(const model::FlowKey& key, int32_t revision) = 0;
  virtual base::Result<std::vector<FlowRow>> flow_revisions(const model::FlowKey& key) = 0;
  virtual base::Result<Page<FlowRow>> search_flows(const FlowQuery& query) = 0;
  virtual base::Result<std::vector<std::string>> namespaces(const Visible& visible, std::string_view tenant) = 0;
  /// The current flows of all tenants, without deleted ones, whose source contains one of these texts. Reads every
  /// source: only for the start.
  virtual base::Result<std::vector<FlowRow>> flows_holding(std::span<const std::string_view> pieces) = 0;
};

/// The part of a batch that changes flows.
struct FlowChanges {
  std::vector<FlowRow> flows;  ///< refused (whole batch) if the revision already exists
  struct RevisionDelete {
    model::FlowKey flow;
    int32_t revision = 0;
  };
  /// Deletes these revisions, but never the current one (API-92).
  std::vector<RevisionDelete> deleted_revisions;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
