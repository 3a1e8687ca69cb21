"""Contains all the data models used in inputs/outputs"""

from .acceptance_answer import AcceptanceAnswer
from .access_token_answer import AccessTokenAnswer
from .access_token_body import AccessTokenBody
from .access_token_list_answer import AccessTokenListAnswer
from .account_answer import AccountAnswer
from .app_answer import AppAnswer
from .append_answer import AppendAnswer
from .append_body import AppendBody
from .append_body_expected_version_type_0 import AppendBodyExpectedVersionType0
from .application_answer import ApplicationAnswer
from .application_list_answer import ApplicationListAnswer
from .assertion_body import AssertionBody
from .attendee import Attendee
from .attendee_list import AttendeeList
from .attendee_status import AttendeeStatus
from .audit_entry import AuditEntry
from .audit_list import AuditList
from .audit_origin import AuditOrigin
from .authorization_answer import AuthorizationAnswer
from .authorization_body import AuthorizationBody
from .begin_link_body import BeginLinkBody
from .browser_token_answer import BrowserTokenAnswer
from .build_answer import BuildAnswer
from .build_answer_state import BuildAnswerState
from .bundle import Bundle
from .bundled_consistency import BundledConsistency
from .bundled_event import BundledEvent
from .bundled_event_event_type_0 import BundledEventEventType0
from .catalogue_answer import CatalogueAnswer
from .challenge_answer import ChallengeAnswer
from .challenge_answer_options import ChallengeAnswerOptions
from .change_email_body import ChangeEmailBody
from .change_password_body import ChangePasswordBody
from .code_body import CodeBody
from .comment_answer import CommentAnswer
from .comment_body import CommentBody
from .comment_list import CommentList
from .community_answer import CommunityAnswer
from .community_answer_join_policy import CommunityAnswerJoinPolicy
from .community_answer_visibility import CommunityAnswerVisibility
from .confirm_email_again_body import ConfirmEmailAgainBody
from .confirm_email_body import ConfirmEmailBody
from .confirmed_answer import ConfirmedAnswer
from .consistency_proof import ConsistencyProof
from .cosignature_answer import CosignatureAnswer
from .cosignature_list import CosignatureList
from .deciding_grant import DecidingGrant
from .decision import Decision
from .decision_answer import DecisionAnswer
from .decision_links import DecisionLinks
from .decision_list import DecisionList
from .directory import Directory
from .directory_entry import DirectoryEntry
from .erasure_answer import ErasureAnswer
from .event_answer import EventAnswer
from .event_answer_data import EventAnswerData
from .event_answer_metadata import EventAnswerMetadata
from .event_list import EventList
from .event_type_answer import EventTypeAnswer
from .event_type_answer_schemas import EventTypeAnswerSchemas
from .event_type_answer_schemas_additional_property import EventTypeAnswerSchemasAdditionalProperty
from .export_audit_format import ExportAuditFormat
from .export_audit_order import ExportAuditOrder
from .factors_answer import FactorsAnswer
from .feed import Feed
from .feed_post import FeedPost
from .finish_body import FinishBody
from .finish_link_body import FinishLinkBody
from .flow_answer import FlowAnswer
from .forgotten_password_body import ForgottenPasswordBody
from .fork_evidence import ForkEvidence
from .fork_evidence_fault import ForkEvidenceFault
from .found_body import FoundBody
from .found_body_join_policy import FoundBodyJoinPolicy
from .found_body_visibility import FoundBodyVisibility
from .gathering_answer import GatheringAnswer
from .gathering_answer_my_rsvp_type_0 import GatheringAnswerMyRsvpType0
from .gathering_body import GatheringBody
from .gathering_community import GatheringCommunity
from .gathering_list import GatheringList
from .given_answer import GivenAnswer
from .grant_answer import GrantAnswer
from .grant_body import GrantBody
from .grant_list_answer import GrantListAnswer
from .head_key import HeadKey
from .head_keys import HeadKeys
from .head_list import HeadList
from .impersonation_answer import ImpersonationAnswer
from .impersonation_body import ImpersonationBody
from .inclusion_proof import InclusionProof
from .invitation_answer import InvitationAnswer
from .invitation_list_answer import InvitationListAnswer
from .invitation_use_answer import InvitationUseAnswer
from .invitation_use_list_answer import InvitationUseListAnswer
from .invite_body import InviteBody
from .join_body import JoinBody
from .key_answer import KeyAnswer
from .key_set_answer import KeySetAnswer
from .link_answer import LinkAnswer
from .link_body import LinkBody
from .linked_provider_answer import LinkedProviderAnswer
from .linked_provider_list_answer import LinkedProviderListAnswer
from .links_body import LinksBody
from .login_body import LoginBody
from .made_token_answer import MadeTokenAnswer
from .member import Member
from .member_list import MemberList
from .mode import Mode
from .neighbour_head import NeighbourHead
from .new_app_answer import NewAppAnswer
from .new_invitation_answer import NewInvitationAnswer
from .notification import Notification
from .notification_kind import NotificationKind
from .notification_list import NotificationList
from .opened_answer import OpenedAnswer
from .parked_event import ParkedEvent
from .parked_event_answer import ParkedEventAnswer
from .parked_event_answer_event import ParkedEventAnswerEvent
from .parked_event_answer_state import ParkedEventAnswerState
from .parked_event_list import ParkedEventList
from .parked_event_state import ParkedEventState
from .parked_progress import ParkedProgress
from .passkey_answer import PasskeyAnswer
from .permission_list_answer import PermissionListAnswer
from .post_answer import PostAnswer
from .post_body import PostBody
from .post_community import PostCommunity
from .post_list import PostList
from .preferences_answer import PreferencesAnswer
from .preferences_answer_email_digest import PreferencesAnswerEmailDigest
from .preferences_answer_theme import PreferencesAnswerTheme
from .preferences_change_body import PreferencesChangeBody
from .preferences_change_body_email_digest import PreferencesChangeBodyEmailDigest
from .preferences_change_body_theme import PreferencesChangeBodyTheme
from .problem import Problem
from .problem_field import ProblemField
from .profile_answer import ProfileAnswer
from .profile_change_body import ProfileChangeBody
from .projection_list import ProjectionList
from .proposed_event import ProposedEvent
from .proposed_event_data import ProposedEventData
from .provider_answer import ProviderAnswer
from .provider_list_answer import ProviderListAnswer
from .read_attendees_status_type_0 import ReadAttendeesStatusType0
from .read_audit_order import ReadAuditOrder
from .read_body import ReadBody
from .read_event_schema import ReadEventSchema
from .read_events_schema import ReadEventsSchema
from .read_feed_scope import ReadFeedScope
from .read_feed_sort import ReadFeedSort
from .read_home_home import ReadHomeHome
from .read_home_home_unavailable_item import ReadHomeHomeUnavailableItem
from .read_home_home_unavailable_item_part import ReadHomeHomeUnavailableItemPart
from .read_stream_direction import ReadStreamDirection
from .read_stream_schema import ReadStreamSchema
from .rebuild_answer import RebuildAnswer
from .recovery_codes_answer import RecoveryCodesAnswer
from .refresh_token_body import RefreshTokenBody
from .register_body import RegisterBody
from .registered_answer import RegisteredAnswer
from .registration_body import RegistrationBody
from .reset_password_body import ResetPasswordBody
from .role_answer import RoleAnswer
from .role_body import RoleBody
from .role_list_answer import RoleListAnswer
from .rsvp_answer import RsvpAnswer
from .rsvp_answer_status import RsvpAnswerStatus
from .rsvp_body import RsvpBody
from .rsvp_body_status import RsvpBodyStatus
from .search_answer import SearchAnswer
from .search_answer_facets import SearchAnswerFacets
from .search_answer_facets_additional_property import SearchAnswerFacetsAdditionalProperty
from .search_content_type_type_0 import SearchContentTypeType0
from .search_item import SearchItem
from .search_item_type import SearchItemType
from .service_account_answer import ServiceAccountAnswer
from .service_account_body import ServiceAccountBody
from .service_account_list_answer import ServiceAccountListAnswer
from .session_answer import SessionAnswer
from .session_list_answer import SessionListAnswer
from .state_answer import StateAnswer
from .state_answer_state import StateAnswerState
from .stepped_up_answer import SteppedUpAnswer
from .terms_answer import TermsAnswer
from .terms_body import TermsBody
from .terms_body_mode import TermsBodyMode
from .territory_answer import TerritoryAnswer
from .token_answer import TokenAnswer
from .tree_head_answer import TreeHeadAnswer
from .unread import Unread
from .user_answer import UserAnswer
from .waiting_answer import WaitingAnswer
from .waiting_answer_waits_for import WaitingAnswerWaitsFor
from .witness_answer import WitnessAnswer
from .witness_answer_state import WitnessAnswerState
from .witnessed_head import WitnessedHead
from .witnessed_head_fault_type_0 import WitnessedHeadFaultType0

__all__ = (
    "AcceptanceAnswer",
    "AccessTokenAnswer",
    "AccessTokenBody",
    "AccessTokenListAnswer",
    "AccountAnswer",
    "AppAnswer",
    "AppendAnswer",
    "AppendBody",
    "AppendBodyExpectedVersionType0",
    "ApplicationAnswer",
    "ApplicationListAnswer",
    "AssertionBody",
    "Attendee",
    "AttendeeList",
    "AttendeeStatus",
    "AuditEntry",
    "AuditList",
    "AuditOrigin",
    "AuthorizationAnswer",
    "AuthorizationBody",
    "BeginLinkBody",
    "BrowserTokenAnswer",
    "BuildAnswer",
    "BuildAnswerState",
    "Bundle",
    "BundledConsistency",
    "BundledEvent",
    "BundledEventEventType0",
    "CatalogueAnswer",
    "ChallengeAnswer",
    "ChallengeAnswerOptions",
    "ChangeEmailBody",
    "ChangePasswordBody",
    "CodeBody",
    "CommentAnswer",
    "CommentBody",
    "CommentList",
    "CommunityAnswer",
    "CommunityAnswerJoinPolicy",
    "CommunityAnswerVisibility",
    "ConfirmedAnswer",
    "ConfirmEmailAgainBody",
    "ConfirmEmailBody",
    "ConsistencyProof",
    "CosignatureAnswer",
    "CosignatureList",
    "DecidingGrant",
    "Decision",
    "DecisionAnswer",
    "DecisionLinks",
    "DecisionList",
    "Directory",
    "DirectoryEntry",
    "ErasureAnswer",
    "EventAnswer",
    "EventAnswerData",
    "EventAnswerMetadata",
    "EventList",
    "EventTypeAnswer",
    "EventTypeAnswerSchemas",
    "EventTypeAnswerSchemasAdditionalProperty",
    "ExportAuditFormat",
    "ExportAuditOrder",
    "FactorsAnswer",
    "Feed",
    "FeedPost",
    "FinishBody",
    "FinishLinkBody",
    "FlowAnswer",
    "ForgottenPasswordBody",
    "ForkEvidence",
    "ForkEvidenceFault",
    "FoundBody",
    "FoundBodyJoinPolicy",
    "FoundBodyVisibility",
    "GatheringAnswer",
    "GatheringAnswerMyRsvpType0",
    "GatheringBody",
    "GatheringCommunity",
    "GatheringList",
    "GivenAnswer",
    "GrantAnswer",
    "GrantBody",
    "GrantListAnswer",
    "HeadKey",
    "HeadKeys",
    "HeadList",
    "ImpersonationAnswer",
    "ImpersonationBody",
    "InclusionProof",
    "InvitationAnswer",
    "InvitationListAnswer",
    "InvitationUseAnswer",
    "InvitationUseListAnswer",
    "InviteBody",
    "JoinBody",
    "KeyAnswer",
    "KeySetAnswer",
    "LinkAnswer",
    "LinkBody",
    "LinkedProviderAnswer",
    "LinkedProviderListAnswer",
    "LinksBody",
    "LoginBody",
    "MadeTokenAnswer",
    "Member",
    "MemberList",
    "Mode",
    "NeighbourHead",
    "NewAppAnswer",
    "NewInvitationAnswer",
    "Notification",
    "NotificationKind",
    "NotificationList",
    "OpenedAnswer",
    "ParkedEvent",
    "ParkedEventAnswer",
    "ParkedEventAnswerEvent",
    "ParkedEventAnswerState",
    "ParkedEventList",
    "ParkedEventState",
    "ParkedProgress",
    "PasskeyAnswer",
    "PermissionListAnswer",
    "PostAnswer",
    "PostBody",
    "PostCommunity",
    "PostList",
    "PreferencesAnswer",
    "PreferencesAnswerEmailDigest",
    "PreferencesAnswerTheme",
    "PreferencesChangeBody",
    "PreferencesChangeBodyEmailDigest",
    "PreferencesChangeBodyTheme",
    "Problem",
    "ProblemField",
    "ProfileAnswer",
    "ProfileChangeBody",
    "ProjectionList",
    "ProposedEvent",
    "ProposedEventData",
    "ProviderAnswer",
    "ProviderListAnswer",
    "ReadAttendeesStatusType0",
    "ReadAuditOrder",
    "ReadBody",
    "ReadEventSchema",
    "ReadEventsSchema",
    "ReadFeedScope",
    "ReadFeedSort",
    "ReadHomeHome",
    "ReadHomeHomeUnavailableItem",
    "ReadHomeHomeUnavailableItemPart",
    "ReadStreamDirection",
    "ReadStreamSchema",
    "RebuildAnswer",
    "RecoveryCodesAnswer",
    "RefreshTokenBody",
    "RegisterBody",
    "RegisteredAnswer",
    "RegistrationBody",
    "ResetPasswordBody",
    "RoleAnswer",
    "RoleBody",
    "RoleListAnswer",
    "RsvpAnswer",
    "RsvpAnswerStatus",
    "RsvpBody",
    "RsvpBodyStatus",
    "SearchAnswer",
    "SearchAnswerFacets",
    "SearchAnswerFacetsAdditionalProperty",
    "SearchContentTypeType0",
    "SearchItem",
    "SearchItemType",
    "ServiceAccountAnswer",
    "ServiceAccountBody",
    "ServiceAccountListAnswer",
    "SessionAnswer",
    "SessionListAnswer",
    "StateAnswer",
    "StateAnswerState",
    "SteppedUpAnswer",
    "TermsAnswer",
    "TermsBody",
    "TermsBodyMode",
    "TerritoryAnswer",
    "TokenAnswer",
    "TreeHeadAnswer",
    "Unread",
    "UserAnswer",
    "WaitingAnswer",
    "WaitingAnswerWaitsFor",
    "WitnessAnswer",
    "WitnessAnswerState",
    "WitnessedHead",
    "WitnessedHeadFaultType0",
)
