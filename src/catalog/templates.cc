#include "catalog/templates.h"

#include "base/log.h"
#include "syntax/yaml.h"

namespace gyr::executor {

namespace {

model::StoredTemplatePtr parsed_template(const store::TemplateRow& row) {
  auto parsed = std::make_shared<model::StoredTemplate>();
  parsed->version = row.revision;
  parsed->bytes = row.source.size();
  if (auto node = syntax::parse_yaml(row.source)) {
    parsed->node = *std::move(node);
  } else {
    base::log::warn("cannot read the template {}.{}: {}", row.namespace_, row.id, node.error().message());
  }
  return parsed;
}

}  // namespace

base::Result<void> Templates::read(store::Reader& reader) {
  if (!enabled_) return {};
  std::lock_guard reading(reading_);
  const auto visible = store::Visible::internal("the catalog serves every caller");
  GYR_TRY(auto rows, store::list_entities<store::TemplateRow>(reader, visible, {}));
  std::map<Name, model::StoredTemplatePtr> entries;
  for (const auto& row : rows) entries.insert_or_assign(Name(row.tenant, row.namespace_, row.id), parsed_template(row));
  std::unique_lock lock(mutex_);
  entries_ = std::move(entries);
  generation_.fetch_add(1, std::memory_order_acq_rel);
  return {};
}

model::StoredTemplatePtr Templates::find(std::string_view tenant, std::string_view namespace_,
                                         std::string_view id) const {
  std::shared_lock lock(mutex_);
  const auto found = entries_.find(Name(tenant, namespace_, id));
  return found == entries_.end() ? nullptr : found->second;
}

base::Result<Templates::Versions> Templates::versions(store::Reader& reader, std::string_view tenant,
                                                      std::string_view text) const {
  Versions all;
  for (model::UsedTemplate& used : model::used_templates_of(text)) {
    model::StoredTemplatePtr version;
    if (used.version > 0) {
      version = find(tenant, used.namespace_, used.id);
      if (version == nullptr || version->version != used.version) {
        GYR_TRY(auto row, store::find_entity_revision<store::TemplateRow>(reader, tenant, used.namespace_, used.id,
                                                                          used.version));
        version = row ? parsed_template(*row) : nullptr;
      }
    }
    all.emplace_back(std::move(used), std::move(version));
  }
  return all;
}

}  // namespace gyr::executor
