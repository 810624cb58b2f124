// The error codes of the REST API itself. Errors of other modules keep their codes (status.h maps all of them).
#pragma once

#include "base/error.h"
#include "storage/namespace_path.h"
#include "storage/zip.h"

namespace gyr::web {

inline constexpr base::ErrorCode bad_argument{
    "GYR-W001"};  ///< 422: a parameter or field with an invalid value (API-40)
inline constexpr base::ErrorCode missing_parameter{"GYR-W002"};  ///< 400
inline constexpr base::ErrorCode bad_filter{"GYR-W003"};         ///< 400: API-29
inline constexpr base::ErrorCode not_found{"GYR-W004"};          ///< 404
inline constexpr base::ErrorCode unknown_path{"GYR-W005"};       ///< 404: no such operation or tenant (API-2, API-10)
inline constexpr base::ErrorCode wrong_method{"GYR-W006"};       ///< 405
inline constexpr base::ErrorCode wrong_media_type{"GYR-W007"};   ///< 415: API-21
inline constexpr base::ErrorCode bad_body{"GYR-W008"};           ///< 422: JSON of the wrong shape
inline constexpr base::ErrorCode invalid_entity{"GYR-W009"};     ///< 422: the content breaks rules
inline constexpr base::ErrorCode illegal_state{"GYR-W010"};      ///< 409
inline constexpr base::ErrorCode expired_value{"GYR-W011"};      ///< 410
inline constexpr base::ErrorCode unauthenticated{"GYR-W012"};    ///< 401: API-16
inline constexpr base::ErrorCode forbidden{"GYR-W013"};          ///< 403
inline constexpr base::ErrorCode too_many_attempts{"GYR-W014"};  ///< 429: too many logins wait for their check
inline constexpr base::ErrorCode too_large = storage::archive_too_large;  ///< 413
using storage::forbidden_path;                                ///< 422: a path of files outside of the accessible area
inline constexpr base::ErrorCode invalid_bulk{"GYR-W017"};    ///< 400: API-45
using storage::bad_archive;                                   ///< 422: a zip that is damaged or too large
inline constexpr base::ErrorCode internal_error{"GYR-W019"};  ///< 500
inline constexpr base::ErrorCode wrong_signature{
    "GYR-T010"};  ///< 401: the signature of a webhook does not match, or is too old
inline constexpr base::ErrorCode webhook_rate_exceeded{"GYR-T011"};  ///< 429 with Retry-After

}  // namespace gyr::web
