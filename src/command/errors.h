// The error codes of the executor.
#pragma once

#include "base/error.h"
#include "base/id.h"

namespace gyr::executor {

inline constexpr base::ErrorCode flow_not_found{"GYR-E030"};
inline constexpr base::ErrorCode flow_disabled{"GYR-E031"};  ///< FLOW-95
inline constexpr std::string_view draft_message =
    "Requested Flow is a draft, which is never executed: save it without `draft` to publish it.";
inline constexpr base::ErrorCode flow_invalid{"GYR-E032"};  ///< FLOW-94
inline constexpr base::ErrorCode execution_not_found{"GYR-E033"};
inline constexpr base::ErrorCode wrong_state{"GYR-E034"};         ///< EXEC-93: 409
inline constexpr base::ErrorCode nothing_to_restart{"GYR-E035"};  ///< EXEC-84: 422
inline constexpr base::ErrorCode overloaded{"GYR-E036"};          ///< 429 with Retry-After
inline constexpr base::ErrorCode flow_conflict{"GYR-E037"};       ///< the flow exists, or was changed concurrently
/// the process aborted twice while it processed the execution
inline constexpr base::ErrorCode quarantined{"GYR-E038"};
inline constexpr base::ErrorCode shutting_down{"GYR-E039"};
inline constexpr base::ErrorCode task_run_not_found{"GYR-E070"};  ///< 404: the execution has no such task run
inline constexpr base::ErrorCode wrong_change{"GYR-E071"};        ///< 422: EXEC-86, EXEC-87
inline constexpr base::ErrorCode not_terminated{"GYR-E072"};      ///< 400: EXEC-89
inline constexpr base::ErrorCode wrong_labels{"GYR-E073"};        ///< 422: EXEC-89

inline constexpr base::ErrorCode broken_invariant{"GYR-E121"};  ///< 500: a defect of the program, or damaged rows
inline constexpr base::ErrorCode ignored{"GYR-E111"};  ///< 409: an ignore rule of an operator applies (EXEC-99)

inline constexpr base::ErrorCode trigger_not_found{
    "GYR-E096"};  ///< 404: the flow has no trigger with this id that has a state
inline constexpr base::ErrorCode too_many_runs{
    "GYR-E098"};  ///< 422: an execution is too large to be read completely for an evaluation

/// 503: another message of the same batch threw an exception; a retry helps.
inline constexpr base::ErrorCode rolled_back{"GYR-E122"};
inline base::Error rolled_back_with_another() {
  return {rolled_back, "the request was rolled back together with other requests of the same transaction; try again"};
}

/// The text of EXEC-83.
inline base::Error not_paused(base::Id id) {
  return {wrong_state, "Execution '" + id.to_text() + "' is not paused, can't resume it"};
}
inline base::Error not_found(base::Id id) {
  return {execution_not_found, "Execution '" + id.to_text() + "' not found"};
}

}  // namespace gyr::executor
