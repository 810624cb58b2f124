#include "store/sqlite/owners.h"

namespace gyr::store::sqlite {
namespace {

// Entries of the caches, about 200 bytes each; above this number a cache is cleared.
constexpr size_t cached_flows = 16'384;

}  // namespace

base::Result<Owner> OwnerTable::of_flow(const model::FlowKey& key) {
  if (auto found = flows_.find(key); found != flows_.end()) return found->second;
  Owner owner;
  owner.slot = model::slot_of(key);
  GYR_TRY(owner.tenant, number(key.tenant, OwnerKind::tenant, "", "", 0, 0, 0));
  GYR_TRY(owner.namespace_, number(key.tenant, OwnerKind::namespace_, key.namespace_, "", owner.tenant, 0, 0));
  GYR_TRY(owner.flow,
          number(key.tenant, OwnerKind::flow, key.namespace_, key.id, owner.tenant, owner.namespace_, owner.slot));
  if (flows_.size() >= cached_flows) flows_.clear();
  flows_.emplace(key, owner);
  return owner;
}

base::Result<int64_t> OwnerTable::number(std::string_view tenant, OwnerKind kind, std::string_view namespace_,
                                         std::string_view flow, int64_t tenant_number, int64_t namespace_number,
                                         uint16_t slot) {
  auto kind_number = static_cast<int32_t>(kind);
  Query find = main_.query("SELECT number FROM owners WHERE tenant=? AND kind=? AND namespace=? AND flow=?");
  find.bind(tenant, kind_number, namespace_, flow);
  if (find.next()) return find.integer(0);
  GYR_CHECK(find.finish());
  Query add = main_.query(
      "INSERT INTO owners(tenant, kind, namespace, flow, tenant_number, namespace_number, slot) VALUES(?,?,?,?,?,?,?)");
  GYR_CHECK(add.bind(tenant, kind_number, namespace_, flow, tenant_number, namespace_number, static_cast<int32_t>(slot))
                .run());
  return sqlite3_last_insert_rowid(main_.handle());
}

base::Result<std::shared_ptr<const model::FlowKey>> FlowNames::key(int64_t flow) {
  if (auto found = keys_.find(flow); found != keys_.end()) return found->second;
  Query find = main_.query("SELECT tenant, namespace, flow FROM owners WHERE number=? AND kind=2");
  find.bind(flow);
  if (!find.next()) {
    GYR_CHECK(find.finish());
    return base::fail(store_damaged,
                      fmt::format("{}: a row refers to flow {}, which does not exist", main_.path(), flow));
  }
  auto key = std::make_shared<model::FlowKey>();
  key->tenant = find.text(0);
  key->namespace_ = find.text(1);
  key->id = find.text(2);
  if (keys_.size() >= cached_flows) keys_.clear();
  keys_.emplace(flow, key);
  return key;
}

}  // namespace gyr::store::sqlite
