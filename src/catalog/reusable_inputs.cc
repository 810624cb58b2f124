#include "catalog/reusable_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/errors.h"
#include "model/namespaces.h"

namespace gyr::executor {

base::Result<void> ReusableInputSets::read(store::Reader& reader) {
  std::lock_guard reading(reading_);
  const auto visible = store::Visible::internal("the catalog serves every caller");
  GYR_TRY(auto rows, store::list_entities<store::ReusableInputsRow>(reader, visible, {.all_revisions = true}));
  std::map<Name, std::vector<store::ReusableInputsRow>> sets;
  for (auto& row : rows) {
    Name name(row.tenant, row.namespace_, row.id);
    sets[std::move(name)].push_back(std::move(row));
  }
  std::erase_if(sets, [](const auto& set) { return set.second.back().deleted; });
  std::unique_lock lock(mutex_);
  sets_ = std::move(sets);
  return {};
}

base::Result<model::ReusableInputsPtr> ReusableInputSets::find(std::string_view tenant, std::string_view namespace_,
                                                               std::string_view id, std::optional<int32_t> revision,
                                                               const model::TypeSource& types) const {
  const auto searched = model::namespace_and_parents(namespace_);
  std::optional<store::ReusableInputsRow> found;
  {
    std::shared_lock lock(mutex_);
    for (const std::string& name : searched) {
      const auto set = sets_.find(Name(tenant, name, id));
      if (set == sets_.end()) continue;
      const auto& rows = set->second;
      const auto row =
          revision ? std::ranges::find(rows, *revision, &store::ReusableInputsRow::revision) : std::prev(rows.end());
      if (row == rows.end() || row->deleted) {
        return base::fail(model::missing_input,
                          fmt::format("The reusable inputs '{}.{}' have no revision {}", name, id, *revision));
      }
      found = *row;
      break;
    }
  }
  if (!found) {
    return base::fail(model::missing_input,
                      fmt::format("The reusable inputs '{}' do not exist in {}", id, fmt::join(searched, ", ")));
  }
  auto parsed = model::parse_reusable_inputs(found->source, types);
  if (parsed.set) return std::move(parsed.set);
  return base::fail(model::missing_input, fmt::format("The reusable inputs '{}.{}' cannot be read: {}",
                                                      found->namespace_, id, parsed.first_error()));
}

void ReusableInputSets::place(std::vector<model::Input>& inputs, const model::FlowKey& flow,
                              const model::TypeSource& types) const {
  model::place_reusable_inputs(
      inputs,
      [&](const model::Input& reference) {
        const std::string& namespace_ = reference.ref_namespace.empty() ? flow.namespace_ : reference.ref_namespace;
        return find(flow.tenant, namespace_, reference.ref, reference.ref_revision, types);
      },
      types);
}

}  // namespace gyr::executor
