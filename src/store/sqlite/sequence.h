// Numbers that are never given twice, even when the rows that had them are gone.
#pragma once

#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

/// Counts up from a value kept in `meta`, in blocks, so that it costs a write only every `block` numbers; a restart
/// leaves out the rest of a block. Writer's thread, inside a transaction.
class Sequence {
 public:
  Sequence(Connection& main, std::string name) : main_(main), name_(std::move(name)) {}

  base::Result<int64_t> next() {
    if (next_ >= limit_) GYR_CHECK(reserve());
    return next_++;
  }
  /// After a rollback: the block may not have been kept.
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
