// Numbers for tenants, namespaces and flows: rows contain one number instead of three texts.
#pragma once

#include <memory>
#include <unordered_map>

#include "model/execution.h"
#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

enum class OwnerKind : int32_t { tenant = 0, namespace_ = 1, flow = 2 };

/// The numbers of a flow, its namespace and its tenant. Numbers never change and are never reused.
struct Owner {
  int64_t flow = 0;
  int64_t namespace_ = 0;
  int64_t tenant = 0;
  uint16_t slot = 0;
};

/// For the writer: finds numbers and assigns new ones in the open transaction. Used on the thread of the writer.
class OwnerTable {
 public:
  explicit OwnerTable(Connection& main) : main_(main) {}
  base::Result<Owner> of_flow(const model::FlowKey& key);
  /// After a rollback, assigned numbers may not exist.
  void forget() { flows_.clear(); }

 private:
  base::Result<int64_t> number(std::string_view tenant, OwnerKind kind, std::string_view namespace_,
                               std::string_view flow, int64_t tenant_number, int64_t namespace_number, uint16_t slot);
  Connection& main_;
  std::unordered_map<model::FlowKey, Owner> flows_;
};

/// For a reader: the keys of flow numbers. Not thread-safe.
class FlowNames {
 public:
  explicit FlowNames(Connection& main) : main_(main) {}
  /// An error if the flow does not exist: the store is damaged.
  base::Result<std::shared_ptr<const model::FlowKey>> key(int64_t flow);

 private:
  Connection& main_;
  std::unordered_map<int64_t, std::shared_ptr<const model::FlowKey>> keys_;
};

}  // namespace gyr::store::sqlite
