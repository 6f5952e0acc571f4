//! How many threads a long command takes: those it is told, a job's cores, or those that it may run on.

use rayon::ThreadPoolBuilder;

use super::CliError;

/// The largest number of threads.
pub(super) const MOST: u64 = 4096;

/// What says how many there are where the command line does not, the first that is set.
const VARIABLES: [&str; 2] = ["SLURM_CPUS_PER_TASK", "RAYON_NUM_THREADS"];

/// Makes everything from now on run on so many threads; `None`: as the environment says.
pub(super) fn use_threads(given: Option<u64>) -> Result<(), CliError> {
    let wanted = match given {
        Some(threads) => Some(threads),
        None => {
            of_environment(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
                .map_err(CliError::Threads)?
        }
    };
    // Rayon itself looks at its variable, which goes after that of a job here.
    let allowed = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = wanted.map_or_else(allowed, |threads| threads as usize);
    let built = ThreadPoolBuilder::new().num_threads(threads).build_global();
    built.map_err(|error| CliError::NoThreads { threads, reason: error.to_string() })
}

/// The number that the environment says; `None` if it says nothing. Zero means nothing to rayon, too.
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Option<u64>, String> {
    for name in VARIABLES {
        let Some(value) = variable(name).filter(|value| !value.trim().is_empty()) else { continue };
        match value.trim().parse::<u64>() {
            Ok(0) if name == "RAYON_NUM_THREADS" => {}
            Ok(threads) if (1..=MOST).contains(&threads) => return Ok(Some(threads)),
            _ => {
                return Err(format!(
                    "{name} = {value}: a number of threads is a whole number from 1 to {MOST}; correct or unset it, or \
                     give --threads"
                ));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(slurm: Option<&str>, rayon: Option<&str>) -> Result<Option<u64>, String> {
        of_environment(|name| if name.starts_with("SLURM") { slurm } else { rayon }.map(str::to_owned))
    }

    #[test]
    fn the_cores_of_a_job_go_before_the_variable_of_rayon() {
        assert_eq!(found(Some("4"), Some("2")), Ok(Some(4)));
        assert_eq!(found(None, Some("2")), Ok(Some(2)));
        assert_eq!(found(Some(" "), Some("0")), Ok(None));
        assert_eq!(found(None, None), Ok(None));
    }

    #[test]
    fn a_number_that_is_none_is_named_with_its_variable() {
        for value in ["x", "0", "-1", "2.5", "4(x2)", "100000", "99999999999999999999"] {
            let message = found(Some(value), Some("2")).unwrap_err();
            assert!(message.starts_with(&format!("SLURM_CPUS_PER_TASK = {value}: ")), "{message}");
        }
        assert!(found(None, Some("two")).unwrap_err().starts_with("RAYON_NUM_THREADS = two: "));
    }
}
