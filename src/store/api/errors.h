// The error codes of every store.
#pragma once

#include <cstddef>

#include "base/error.h"

namespace gyr::store {

inline constexpr base::ErrorCode store_full{"GYR-S002"};  ///< no space left: nothing was written; try again later
inline constexpr base::ErrorCode store_read_only{"GYR-S003"};
inline constexpr base::ErrorCode store_damaged{"GYR-S004"};
inline constexpr base::ErrorCode store_busy{"GYR-S005"};     ///< another server uses this data
inline constexpr base::ErrorCode store_failed{"GYR-S006"};   ///< any other failure; the batch was not applied
inline constexpr base::ErrorCode store_too_new{"GYR-S007"};  ///< the schema is of a later version
inline constexpr base::ErrorCode store_conflict{
    "GYR-S008"};  ///< a row that must be new exists; the batch was not applied
/// unknown sort field, wrong operator, invalid regular expression
inline constexpr base::ErrorCode bad_query{"GYR-S009"};
inline constexpr base::ErrorCode query_too_slow{"GYR-S010"};  ///< took longer than the maximum duration of a snapshot
inline constexpr base::ErrorCode store_unknown{
    "GYR-S011"};  ///< closed before it was known whether the batch is durable
inline constexpr base::ErrorCode batch_too_large{"GYR-S012"};  ///< exceeds the limit of a transaction
inline constexpr base::ErrorCode store_closed{"GYR-S013"};     ///< shutdown has started
inline constexpr base::ErrorCode lease_lost{"GYR-S014"};       ///< another owner has these slots: nothing was written
inline constexpr base::ErrorCode lease_held{"GYR-S015"};       ///< another owner has some of the requested slots
/// a row has another revision than its writer has read: the batch was not applied; read again and decide anew
inline constexpr base::ErrorCode store_stale{"GYR-S016"};

/// The maximum size of a batch, in bytes: it is written in one transaction and held in memory until then.
inline constexpr size_t batch_limit_bytes = 256u << 20;

}  // namespace gyr::store
