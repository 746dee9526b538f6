//! The clauses, a file a port.

mod accounts;
mod answers;
mod arrivals;
mod audit;
mod blobs;
mod browse;
mod claims;
mod corrupt;
mod deletions;
mod explore;
mod going;
mod images;
mod inbox;
mod jobs;
mod keys;
mod lookups;
mod namespaces;
mod order;
mod oversight;
mod password_links;
mod people;
mod readable;
mod registries;
mod remains;
mod repositories;
mod rights;
mod search;
mod seen;
mod sessions;
mod syncs;
mod teams;
mod tokens;
mod units;
mod words;

use crate::run::Clause;

macro_rules! clauses {
    ($($port:ident { $($clause:ident)* })*) => {
        /// Everything a store must do.
        pub fn all() -> Vec<Clause> {
            vec![$($(Clause {
                name: stringify!($clause),
                run: |world| Box::pin($port::$clause(world)),
            },)*)*]
        }
    };
}

clauses! {
    accounts {
        an_account_reads_back_by_name_in_any_case_and_by_number
        names_of_accounts_are_given_once_without_regard_to_case
        a_name_asked_for_by_many_at_once_is_given_once
        a_person_becomes_an_admin_and_a_bot_never_does
        a_disabled_account_is_no_enabled_admin
        a_mail_address_is_one_accounts_alone_and_can_be_taken_away
        a_password_is_replaced
        a_hash_is_upgraded_only_from_the_one_that_was_checked
        a_password_is_held_only_where_it_is_still_that_of_an_enabled_account
        a_held_password_is_not_replaced_before_the_unit_of_work_ends
        people_are_listed_by_number_without_bots
        a_personal_name_is_free_where_no_account_and_no_registry_has_it
    }
    answers {
        an_answer_reads_back_for_its_account_and_key
        a_key_that_was_let_go_is_free_and_one_with_an_answer_is_kept
        of_many_with_one_key_at_once_one_is_the_first
        answers_are_forgotten_when_they_are_old
    }
    arrivals {
        a_push_is_after_what_was_asked_before_it_was_heard_of
        a_push_that_waits_in_the_inbox_was_heard_of
        what_was_pushed_since_and_not_read_yet_is_known
    }
    audit {
        the_audit_reads_back_newest_first
        the_audit_is_filtered_by_kind_actor_and_time
        the_audit_is_searched_by_whatever_is_known_of_a_row
        what_is_searched_by_is_kept_short
        the_last_row_of_a_kind_and_object_is_found
    }
    browse {
        accounts_are_listed_by_name
        bots_are_listed_by_name_with_their_team_and_tokens
        teams_are_listed_by_name_with_what_is_in_them
        namespaces_are_listed_by_registry_and_name
        repositories_are_listed_by_registry_and_path
        tags_are_listed_by_name
        a_cursor_that_no_page_gave_breaks_nothing
    }
    blobs {
        what_several_images_have_counts_once
        what_others_have_too_stays
    }
    claims {
        what_a_worker_let_go_is_claimed_again
        a_repository_is_in_the_hands_of_one_worker_at_a_time
        a_claim_passes_over_what_another_worker_holds
        a_claim_finds_what_waits_behind_a_busy_repository
        an_event_that_was_applied_stays_applied
    }
    corrupt {
        a_value_that_no_version_wrote_is_named_with_table_and_column
        an_event_that_cannot_be_read_any_more_is_parked_and_the_others_go_on
    }
    deletions {
        a_deletion_reads_back_with_its_items_in_order
        an_item_comes_to_one_end_and_is_counted_once
        a_deletion_waits_and_ends_with_a_reason
        deletions_are_listed_newest_first_for_whom_they_are
        a_namespace_is_going_while_all_of_it_is_deleted
        a_repository_is_taken_whole_with_indexes_first
        what_needs_a_manifest_is_found
        the_last_word_of_what_is_there_is_found
        what_is_there_is_summed_up
        only_empty_repositories_are_forgotten
        a_removed_namespace_leaves_its_name_held
    }
    going {
        a_deletion_is_held_until_it_ends
        what_went_all_the_same_is_no_longer_called_off
        a_namespace_of_a_team_is_going_while_all_of_it_is_deleted
        deletions_in_ones_own_namespace_are_listed
    }
    images {
        images_are_listed_one_a_digest_with_all_their_tags
        of_an_image_with_many_tags_fifty_are_listed
        tags_that_are_about_an_image_are_listed_apart
        what_an_image_says_of_itself_reads_back
        only_the_manifests_of_an_index_that_are_there_are_told
        what_is_about_an_image_is_found_however_it_says_so
        what_a_tag_was_set_to_is_told_newest_first
        manifests_without_a_tag_are_listed_newest_first
        images_are_found_by_a_label_of_what_the_asker_may_see
    }
    explore {
        repositories_are_listed_in_every_order
        repositories_are_filtered_by_what_is_in_their_path
        the_last_push_is_that_of_a_tag
        what_was_starred_last_comes_first_while_it_is_seen
        what_was_done_in_a_namespace_is_listed_newest_first
        what_was_done_to_a_repository_or_in_a_team_is_listed_newest_first
        what_was_done_lately_is_of_what_is_seen
        pushes_and_pulls_are_counted_by_day
        what_there_is_to_see_is_counted
        no_cursor_and_no_text_breaks_a_list
    }
    inbox {
        an_event_reads_back_as_it_came
        a_nul_in_what_a_registry_sent_costs_nothing_else
        an_event_is_accepted_once_for_its_registry
        an_event_that_comes_many_times_at_once_is_accepted_once
        what_cannot_be_read_is_parked_at_once_and_stays
        a_claim_takes_one_repository_in_the_order_of_arrival
        a_postponed_event_waits_until_its_time
        a_parked_event_is_put_back_by_number_or_with_all
        only_a_parked_event_is_thrown_away
        parked_events_of_a_namespace_are_put_back
        applied_events_are_removed_when_they_are_old
        the_lag_is_what_waits_and_since_when
        when_a_registry_last_sent_anything_is_known
        parked_events_are_listed_oldest_first
    }
    jobs {
        a_job_reads_back_and_waits_once
        a_job_is_leased_to_one_worker_until_its_end
        jobs_are_claimed_in_the_order_they_are_due
        a_postponed_job_counts_its_failures
        a_job_is_held_for_longer_and_called_up_only_while_it_waits
        a_job_asked_for_while_a_worker_has_it_is_done_once_more
        workers_at_once_never_get_the_same_job
    }
    keys {
        an_installation_is_kept_once
        of_two_first_starts_at_once_one_is_kept
        keys_read_back_newest_first
        a_key_changes_its_state_and_its_certificate
        only_keys_retired_long_ago_are_forgotten
    }
    lookups {
        someone_who_signs_in_is_found_in_any_case
        namespaces_are_found_as_the_asker_stands_to_them
        a_name_is_claimable_by_an_owner_of_its_team_while_nobody_has_it
    }
    namespaces {
        a_namespace_of_every_kind_reads_back
        a_namespace_is_found_only_under_its_own_name_and_registry
        a_registry_has_a_name_once_and_one_global_namespace
        a_namespace_changes_hands_and_opens
        a_name_is_reserved_for_the_person_whose_own_it_would_be
    }
    order {
        pushes_and_removals_end_alike_in_any_order
        a_manifest_that_goes_and_comes_back_ends_alike_in_any_order
        a_manifest_that_goes_twice_ends_alike_in_any_order
        of_one_moment_everything_ends_alike_in_any_order
        of_a_word_and_a_removal_as_new_as_it_the_removal_holds_in_any_order
        a_crawl_between_events_ends_alike_in_any_order
        what_is_told_at_once_ends_as_if_told_in_order
    }
    people {
        accounts_are_found_by_kind_and_by_the_start_of_their_name
        the_teams_of_an_account_are_listed_by_name
        the_bots_of_a_team_are_its_own
        the_members_of_a_team_are_listed_by_name
        namespaces_are_listed_by_whose_they_are
        what_is_held_is_found_whole
        an_account_goes_with_all_that_refers_to_it
        a_team_goes_with_its_bots
        a_team_gets_a_name_that_no_other_has
        teams_that_nobody_else_owns_are_found
        refresh_tokens_are_listed_and_revoked_one_by_one
    }
    readable {
        a_list_holds_what_its_filter_admits
    }
    registries {
        a_registry_reads_back
        a_registry_goes_by_the_hosts_it_was_given_last
        a_registry_that_is_not_there_is_not_found
        name_address_and_services_of_a_registry_are_given_once
        when_a_catalog_was_first_read_stays
        a_registry_moves_to_an_address_that_is_free
        each_secret_of_a_registry_is_another
        a_registry_goes_in_parts_with_all_that_is_known_of_it
    }
    oversight {
        jobs_are_listed_with_what_became_of_them
        a_registry_is_seen_with_its_last_word_and_its_newest_walk
        walks_are_listed_newest_first
    }
    remains {
        an_index_takes_along_what_nothing_else_names
        only_what_was_in_an_empty_repository_is_forgotten
        what_was_said_of_a_repository_is_forgotten
    }
    repositories {
        a_repository_is_made_once
        a_manifest_is_to_be_read_when_it_is_new_or_came_back
        only_manifests_that_are_there_are_known
        an_older_word_of_a_tag_changes_nothing
        a_removed_tag_is_remembered
        a_removed_manifest_takes_along_the_tags_that_are_not_newer
        who_pushed_a_tag_first_and_last_is_kept
        pulls_count_for_the_manifest_and_so_for_each_tag_on_it
        pulls_counted_at_once_all_count
        what_reading_an_image_told_is_shown
        what_reading_an_index_told_is_shown
        what_is_said_of_a_manifest_that_is_not_there_is_dropped
        a_crawl_names_no_type_and_a_push_does
        only_repositories_with_something_in_them_are_listed
    }
    rights {
        admins_are_listed_by_name_while_they_may_act
        members_are_listed_by_name_while_they_may_act
        the_namespaces_of_a_team_are_listed_by_registry_and_name
    }
    search {
        repositories_are_found_from_each_word_on_the_best_first
        tags_are_found_by_how_they_begin
        manifests_are_found_by_their_first_digits
        namespaces_and_teams_are_found_by_how_they_begin
        only_what_may_be_seen_is_found
        what_is_gone_is_not_found
        no_character_stands_for_others_in_a_search
        any_cursor_finds_something_or_nothing
    }
    seen {
        a_repository_with_something_in_it_is_seen
        a_tag_is_seen_while_it_is_there
        an_image_is_seen_with_its_parts
        an_index_is_seen_with_its_children
        a_manifest_is_seen_before_it_was_read
        only_the_tags_that_are_on_a_manifest_now_are_seen_on_it
        a_manifest_of_another_repository_is_not_seen
    }
    password_links {
        a_link_is_good_until_it_ends_and_used_up_once
        a_newer_link_or_a_password_ends_the_one_before
        of_many_at_once_one_uses_a_link_up
        a_link_goes_with_its_account
    }
    sessions {
        a_session_reads_back_by_its_digest
        any_agent_is_kept
        a_session_is_found_with_the_account_as_it_is_now
        sessions_are_listed_the_last_used_first
        when_a_session_was_last_used_never_goes_back
        beyond_the_limit_the_least_recently_used_session_ends
        of_sessions_that_begin_at_once_no_more_than_the_limit_stay
        a_session_ends_only_for_whom_it_is
        all_sessions_of_an_account_end_but_perhaps_one
        sessions_that_are_old_or_unused_are_removed
        many_old_sessions_are_removed_in_parts
    }
    syncs {
        a_walk_goes_on_where_it_stopped_until_it_ends
        the_newest_walk_of_a_registry_is_the_latest
    }
    teams {
        a_team_reads_back_by_name_in_any_case_and_by_number
        names_of_teams_are_given_once_without_regard_to_case
        members_are_listed_by_name_with_what_they_are
        a_role_is_replaced_and_a_membership_ends
        who_is_disabled_keeps_no_team
    }
    tokens {
        an_application_token_reads_back_with_its_limits
        application_tokens_are_listed_newest_first
        a_label_is_used_once_by_an_account
        a_revoked_application_token_is_gone
        the_last_use_of_an_application_token_is_kept
        a_token_is_found_with_the_account_as_it_is_now
        a_refresh_token_is_found_until_it_is_revoked
        beyond_the_limit_the_oldest_refresh_tokens_of_the_account_go
        refresh_tokens_that_nobody_used_are_removed
        wrong_passwords_are_counted_once_each_by_name_and_address
        at_most_fifty_wrong_passwords_are_read
        old_wrong_passwords_are_forgotten
        many_old_wrong_passwords_are_forgotten_in_parts
    }
    units {
        a_failed_unit_of_work_leaves_nothing
        an_abandoned_unit_of_work_leaves_nothing_and_holds_up_nobody
        an_abandoned_snapshot_holds_up_nobody
        a_unit_of_work_cut_off_in_the_middle_leaves_nothing_and_holds_up_nobody
        a_unit_of_work_sees_its_own_changes_and_nobody_else_does_yet
        nobody_who_only_reads_waits_for_a_writer
        a_snapshot_refuses_writes
        a_snapshot_sees_one_moment
        two_writes_that_raise_the_epoch_wait_for_each_other
        the_epoch_rises_exactly_when_it_is_raised_and_its_unit_of_work_is_kept
        who_settles_the_epoch_sees_what_was_being_changed_under_it
        what_is_known_under_an_epoch_has_every_registry
    }
    words {
        what_was_said_last_is_the_description
        a_star_counts_once
        comments_are_listed_newest_first
        a_comment_is_found_and_removed_only_where_it_is
        a_repository_is_found_while_something_is_in_it
    }
}
