// Numbers that are never assigned twice, even after their rows are deleted.
#pragma once

#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

/// Increments a value in `meta`, in blocks, so that it is only written once per `block` numbers; a restart skips the
/// rest of a block. Used on the thread of the writer, in a transaction.
class Sequence {
 public:
  Sequence(Connection& main, std::string name) : main_(main), name_(std::move(name)) {}

  base::Result<int64_t> next() {
    if (next_ >= limit_) GYR_CHECK(reserve());
    return next_++;
  }
  /// After a rollback, the block may not be stored.
  void forget() { next_ = limit_ = 0; }

 private:
  static constexpr int64_t block = 10'000;

  base::Result<void> reserve() {
    Query reserve =
        main_.query("INSERT INTO meta VALUES(?1, 1+?2) ON CONFLICT DO UPDATE SET value=value+?2 RETURNING value-?2");
    reserve.bind(name_, block);
    if (reserve.next()) next_ = reserve.integer(0);
    GYR_CHECK(reserve.run());
    limit_ = next_ + block;
    return {};
  }

  Connection& main_;
  std::string name_;
  int64_t next_ = 0;
  int64_t limit_ = 0;
};

}  // namespace gyr::store::sqlite
