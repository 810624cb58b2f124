// Error codes of the command line. Each has a page in docs/errors/.
#pragma once

#include "base/error.h"
#include "cli/program.h"

namespace gyr::cli {

inline constexpr base::ErrorCode unknown_command{"GYR-C010"};
inline constexpr base::ErrorCode wrong_usage{"GYR-C011"};  ///< an option or argument that is wrong, unknown or missing
inline constexpr base::ErrorCode no_such_file{"GYR-C012"};
inline constexpr base::ErrorCode unreadable_file{"GYR-C013"};  ///< no permission, a folder, or too large
inline constexpr base::ErrorCode unknown_error_code{"GYR-C014"};
inline constexpr base::ErrorCode bad_batch_line{"GYR-C015"};  ///< of `expression eval --batch`
inline constexpr base::ErrorCode no_server{"GYR-C016"};       ///< an expression needs a server
inline constexpr base::ErrorCode bad_include{"GYR-C017"};     ///< `[[> path]]` (CLI-4)
inline constexpr base::ErrorCode run_timed_out{"GYR-C018"};
inline constexpr base::ErrorCode cannot_write{"GYR-C019"};  ///< an output or a temporary folder
inline constexpr base::ErrorCode cannot_format{"GYR-C021"};
inline constexpr base::ErrorCode defined_twice{"GYR-C022"};  ///< a flow in several files
inline constexpr base::ErrorCode not_formatted{"GYR-C023"};
inline constexpr base::ErrorCode changed_on_server{"GYR-C024"};  ///< a file has an older revision of a flow

inline constexpr base::ErrorCode call_refused{"GYR-E074"};   ///< the server refused the call
inline constexpr base::ErrorCode not_on_server{"GYR-E075"};  ///< 404
inline constexpr base::ErrorCode not_logged_in{"GYR-E076"};  ///< 401, 403
inline constexpr base::ErrorCode unreachable{"GYR-E077"};    ///< no answer

/// The exit code of the program for this error.
ExitCode exit_code_of(const base::Error& error);

}  // namespace gyr::cli
