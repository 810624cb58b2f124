// What people configure: namespaces, dashboards, templates, reusable inputs, kill switches, the maintenance mode.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "store/api/revisions.h"
#include "store/api/visible.h"

namespace gyr::store {

/// The configuration of a namespace (GOV-1). A namespace without configuration has no row.
struct NamespaceRow {
  std::string tenant;
  std::string id;
  base::Value body;  ///< description, variables, pluginDefaults as sent
  base::Instant created;
  base::Instant updated;
};

/// A dashboard with the source of its author (CORE-110).
struct DashboardRow {
  std::string tenant;
  std::string id;
  std::string title;  ///< from the source, for lists
  std::string description;
  std::string source;  ///< YAML, byte for byte
  base::Instant created;
  base::Instant updated;
};

/// TemplateRow::version of a new template. If the template exists, the batch is refused with store_conflict.
inline constexpr int64_t new_template = -1;

/// One version of a template (TASK-41). The newest version says whether the template exists: deleting it writes a
/// version with `deleted`, and earlier versions stay for executions that started with them.
struct TemplateRow {
  std::string tenant;
  std::string namespace_;
  std::string id;
  int64_t version = 0;  ///< from 1; set by the store, callers only pass new_template
  bool deleted = false;
  base::Instant updated;
  std::string source;               ///< YAML, byte for byte
  ReadRevision read_revision = {};  ///< only for writing: the newest version; a deleted template counts as none
};

/// One revision of a set of inputs that flows share (FLOW-20, API-50). The newest one says whether the set exists:
/// deleting it writes a revision with `deleted`, so that the numbers continue.
struct ReusableInputsRow {
  std::string tenant;
  std::string namespace_;
  std::string id;
  int64_t revision = 0;  ///< from 1; set by the store
  bool deleted = false;
  base::Instant updated;
  std::string source;               ///< YAML, byte for byte
  ReadRevision read_revision = {};  ///< only for writing: the newest revision, deleted or not
};

/// The effect of a kill switch on its targets (EXEC-99). The numbers are stored; a higher one wins.
enum class SwitchEffect : uint8_t { pass = 0, cancel = 1, kill = 2, ignore = 3 };

/// One kill switch (OPS-13): empty parts of its scope mean all; a flow requires a namespace, a namespace requires a
/// tenant.
struct KillSwitchRow {
  std::string id;
  std::string name;
  std::string tenant;
  std::string namespace_;            ///< includes child namespaces
  std::string flow;                  ///< id of the flow
  std::vector<base::Id> executions;  ///< none: all executions of the scope
  base::Instant start;               ///< included
  std::optional<base::Instant> end;  ///< not included; none: until it is disabled
  std::string description;
  SwitchEffect effect = SwitchEffect::kill;
  bool enabled = true;
  bool deleted = false;  ///< archived: without effect, still listed
  /// What a later version of the program has stored with it (base/record.h); stays as it is.
  std::string unknown_fields = {};
};

/// Whether the installation is in maintenance mode (OPS-12).
struct MaintenanceRow {
  bool on = false;
  base::Instant since;  ///< when the mode was last turned on or off
};

/// Reads entities from a snapshot; see Reader.
class EntityReader {
 public:
  virtual ~EntityReader() = default;

  // Lists are in order of id.
  virtual base::Result<std::optional<NamespaceRow>> namespace_row(std::string_view tenant, std::string_view id) = 0;
  /// Of all tenants if `tenant` is empty.
  virtual base::Result<std::vector<NamespaceRow>> namespace_rows(const Visible& visible, std::string_view tenant) = 0;
  virtual base::Result<std::optional<DashboardRow>> dashboard(std::string_view tenant, std::string_view id) = 0;
  /// A dashboard belongs to the whole tenant: only a caller who sees everything sees it.
  virtual base::Result<std::vector<DashboardRow>> dashboards(const Visible& visible, std::string_view tenant) = 0;
  /// The newest version of each existing template, in order of namespace and id; of all tenants if `tenant` is empty.
  virtual base::Result<std::vector<TemplateRow>> templates(const Visible& visible, std::string_view tenant) = 0;
  /// One version of a template, deleted or not.
  virtual base::Result<std::optional<TemplateRow>> template_version(std::string_view tenant,
                                                                    std::string_view namespace_, std::string_view id,
                                                                    int64_t version) = 0;
  /// Every revision of all sets of reusable inputs, in order of namespace, id and revision; of all tenants if `tenant`
  /// is empty.
  virtual base::Result<std::vector<ReusableInputsRow>> reusable_inputs(const Visible& visible,
                                                                       std::string_view tenant) = 0;

  // Holds of operators (EXEC-99).
  /// All kill switches, including archived ones, in order of id.
  virtual base::Result<std::vector<KillSwitchRow>> kill_switches() = 0;
  /// Off, without a date, if the mode was never turned on.
  virtual base::Result<MaintenanceRow> maintenance() = 0;
};

/// The part of a batch that changes entities.
struct EntityChanges {
  std::vector<NamespaceRow> namespaces;  ///< key: tenant and id; `created` is not changed
  struct EntityDelete {
    std::string tenant, id;
  };
  std::vector<EntityDelete> deleted_namespaces;
  std::vector<DashboardRow> dashboards;  ///< key: tenant and id; `created` is not changed
  std::vector<EntityDelete> deleted_dashboards;
  std::vector<TemplateRow> templates;              ///< new versions; their number is ignored here, see new_template
  std::vector<ReusableInputsRow> reusable_inputs;  ///< new revisions; their number is ignored
  std::vector<KillSwitchRow> kill_switches;        ///< key: id
  std::optional<MaintenanceRow> maintenance;

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
