// Numbers for tenants, namespaces and flows: what rows carry instead of three texts.
#pragma once

#include <memory>
#include <unordered_map>

#include "store/rows.h"
#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

enum class OwnerKind : int32_t { tenant = 0, namespace_ = 1, flow = 2 };

/// The numbers of a flow and of what it lies in. Numbers never change and are never used again.
struct Owner {
  int64_t flow = 0;
  int64_t namespace_ = 0;
  int64_t tenant = 0;
  uint16_t slot = 0;
};

/// The writer's side: finds numbers and gives new ones inside the open transaction. Writer's thread.
class OwnerTable {
 public:
  explicit OwnerTable(Connection& main) : main_(main) {}
  base::Result<Owner> of_flow(const model::FlowKey& key);
  /// After a rollback: what was given may be gone.
  void forget() { flows_.clear(); }

 private:
  base::Result<int64_t> number(std::string_view tenant, OwnerKind kind, std::string_view namespace_,
                               std::string_view flow, int64_t tenant_number, int64_t namespace_number, uint16_t slot);
  Connection& main_;
  std::unordered_map<model::FlowKey, Owner> flows_;
};

/// A reader's side: keys of flow numbers. One thread.
class FlowNames {
 public:
  explicit FlowNames(Connection& main) : main_(main) {}
  /// Damage if there is no such flow.
  base::Result<std::shared_ptr<const model::FlowKey>> key(int64_t flow);

 private:
  Connection& main_;
  std::unordered_map<int64_t, std::shared_ptr<const model::FlowKey>> keys_;
};

}  // namespace gyr::store::sqlite
