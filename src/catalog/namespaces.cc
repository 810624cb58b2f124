#include "catalog/namespaces.h"

#include "base/log.h"
#include "model/namespaces.h"
#include "model/nested.h"

namespace gyr::executor {

using base::Value;

namespace {

/// Merged variables that are kept; flows in more namespaces than that cost a merge at each rendering.
constexpr size_t max_merged = 10'000;

}  // namespace

Value nested_variables(const Value& variables) {
  if (!variables.is_map() || variables.size() == 0) return {};
  model::NestedMap nested;
  for (const auto& entry : variables.entries()) nested.put(entry.name(), entry.value);
  return nested.build();
}

Namespaces::Entry Namespaces::entry_of(const store::NamespaceRow& row) {
  Entry entry;
  if (const Value* variables = row.body.find("variables")) entry.variables = nested_variables(*variables);
  if (const Value* defaults = row.body.find("pluginDefaults")) {
    std::vector<std::string> problems;
    entry.defaults = model::plugin_defaults_of(*defaults, problems);
    for (const auto& problem : problems) base::log::warn("plugin defaults of the namespace {}: {}", row.id, problem);
  }
  return entry;
}

base::Result<void> Namespaces::read(store::Reader& reader) {
  std::lock_guard reading(reading_);
  const auto visible = store::Visible::internal("the catalog serves every caller");
  GYR_TRY(auto rows, store::list_entities<store::NamespaceRow>(reader, visible, {}));
  std::map<Name, Entry> entries;
  for (const auto& row : rows) entries.insert_or_assign(Name(row.tenant, row.id), entry_of(row));
  std::unique_lock lock(mutex_);
  entries_ = std::move(entries);
  merged_.clear();
  return {};
}

std::vector<const Namespaces::Entry*> Namespaces::chain(std::string_view tenant, std::string_view namespace_) const {
  std::vector<const Entry*> found;
  if (entries_.empty()) return found;
  for (std::string& name : model::namespace_and_parents(namespace_)) {
    const auto entry = entries_.find(Name(tenant, std::move(name)));
    if (entry != entries_.end()) found.push_back(&entry->second);
  }
  return found;
}

Value Namespaces::variables(std::string_view tenant, std::string_view namespace_) const {
  const Name name(tenant, namespace_);
  {
    std::shared_lock lock(mutex_);
    if (entries_.empty()) return {};
    if (const auto merged = merged_.find(name); merged != merged_.end()) return merged->second;
  }
  std::unique_lock lock(mutex_);
  Value merged;
  const auto found = chain(tenant, namespace_);
  for (auto entry = found.rbegin(); entry != found.rend(); ++entry) {
    const Value& own = (*entry)->variables;
    if (!own.is_null()) merged = merged.is_null() ? own : base::deep_merge(merged, own);
  }
  if (merged_.size() >= max_merged) merged_.clear();
  merged_.insert_or_assign(name, merged);
  return merged;
}

std::vector<model::DefaultLevel> Namespaces::levels(std::string_view tenant, std::string_view namespace_) const {
  std::shared_lock lock(mutex_);
  std::vector<model::DefaultLevel> levels;
  for (const Entry* entry : chain(tenant, namespace_)) {
    if (!entry->defaults.defaults.empty()) levels.push_back(entry->defaults);
  }
  return levels;
}

}  // namespace gyr::executor
